package io.sluice.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The Markdown pages of the repository, and the sources that they talk about.
final class Pages {
  static final Path ROOT = Path.of("").toAbsolutePath();

  private static final Set<String> OTHERS = Set.of("target", "node_modules");

  private Pages() {}

  static List<Path> all() {
    return files(ROOT, ".md");
  }

  static List<Path> javaSources() {
    return Stream.of("src", "examples")
        .flatMap(directory -> files(ROOT.resolve(directory), ".java").stream())
        .toList();
  }

  private static List<Path> files(Path directory, String suffix) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.toString().endsWith(suffix) && isOurs(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOurs(Path file) {
    String top = ROOT.relativize(file).getName(0).toString();
    return !OTHERS.contains(top) && !(top.startsWith(".") && Files.isDirectory(ROOT.resolve(top)));
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
