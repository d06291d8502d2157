package io.sluice.observe;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Whether somebody looks at a stream as it is written.
///
/// The JDK tells of the process as a whole. But the standard error may go into a file while the standard
/// output is a terminal, so each is looked at by itself, where the system says what it leads to.
public final class Terminal {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Pattern DEVICE = Pattern.compile("/dev/(pts/|tty|console|hvc)");

  private Terminal() {}

  /// Whether this is the standard output or error of the process, leads to a terminal, and `TERM` is not
  /// `dumb`.
  @SuppressWarnings("ReferenceEquality") // it is that very stream, or another
  public static boolean isAt(PrintStream out) {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    if (out == System.out) {
      return leadsToDevice(DESCRIPTORS.resolve("1"));
    }
    return out == System.err && leadsToDevice(DESCRIPTORS.resolve("2"));
  }

  static boolean leadsToDevice(Path descriptor) {
    try {
      return DEVICE.matcher(Files.readSymbolicLink(descriptor).toString()).lookingAt();
    } catch (IOException | UnsupportedOperationException unknown) {
      return isConsole();
    }
  }

  /// JDK 25 gives no console again where there is none, unlike the two before.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isConsole() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
