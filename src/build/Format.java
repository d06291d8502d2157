import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Checks, or rewrites, the layout of each Java file under the given directories.
///
/// ```
///   java Format.java check|write DIRECTORY...
/// ```
///
/// It runs google-java-format in a JVM of its own, because the formatter reads only the syntax of
/// the JDK that it runs on, and Maven's own JDK may be an older one. Spotless would run it inside
/// Maven. Javadoc is left as written: tables and drawings in `///` comments don't survive a reflow.
final class Format {
  private static final Formatter FORMATTER =
      new Formatter(JavaFormatterOptions.builder().formatJavadoc(false).build());

  private Format() {}

  public static void main(String[] args) throws IOException {
    boolean write = args[0].equals("write");
    List<Path> unformatted =
        Stream.of(args)
            .skip(1)
            .map(Path::of)
            .filter(Files::isDirectory)
            .flatMap(Format::javaFiles)
            .parallel()
            .filter(file -> differs(file, write))
            .sorted()
            .toList();
    for (Path file : unformatted) {
      System.err.println((write ? "formatted " : "not formatted: ") + file);
    }
    if (!write && !unformatted.isEmpty()) {
      System.err.println("run: mvn -q -Pformat validate");
      System.exit(1);
    }
  }

  private static Stream<Path> javaFiles(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean differs(Path file, boolean write) {
    try {
      String source = Files.readString(file);
      String formatted = FORMATTER.formatSourceAndFixImports(source);
      if (formatted.equals(source)) {
        return false;
      }
      if (write) {
        Files.writeString(file, formatted);
      }
      return true;
    } catch (FormatterException e) {
      throw new IllegalStateException(file + " can't be parsed: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
