package io.sluice.cli;

import io.sluice.error.ConfigurationException;
import io.sluice.error.HeapUnavailableException;
import io.sluice.error.SluiceException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/// Turns what a command failed with into a line for people, and an exit code.
final class Failures {
  private Failures() {}

  static int tell(Throwable failure, PrintStream err) {
    err.println(Colors.scheme(err).errorText("sluice: " + text(failure)));
    return isWrongInput(failure) ? Main.USAGE : Main.FAILED;
  }

  static boolean isWrongInput(Throwable failure) {
    return failure instanceof BadInput
        || failure instanceof ConfigurationException
        || failure instanceof HeapUnavailableException
        || failure instanceof NoSuchFileException
        || failure instanceof AccessDeniedException;
  }

  /// A bug of ours, or of a kernel's that can't be told apart, comes with its class.
  static String text(Throwable failure) {
    return switch (failure) {
      case UncheckedIOException wrapped -> text(Objects.requireNonNull(wrapped.getCause()));
      case NoSuchFileException missing -> "there is no file '" + missing.getFile() + "'";
      case AccessDeniedException denied -> "may not open '" + denied.getFile() + "'";
      case OutOfMemoryError _ ->
          "the JVM has not enough memory; set the variable JAVA_OPTS to -Xmx and more than "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + "m";
      case ConfigurationException broken -> OptionNames.text(broken);
      case BadInput _, Interrupted _, SluiceException _, IOException _ ->
          OptionNames.text(messageOf(failure));
      default -> failure.toString();
    };
  }

  private static String messageOf(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }
}
