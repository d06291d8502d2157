package io.sluice.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where an option has something written to.
///
/// @param option its name
/// @param path what it names
record OutputFile(String option, Path path) {
  private static final int MOST_LINKS = 40;

  /// Writes something.
  interface Writing {
    void to(Writer out) throws IOException;
  }

  /// To be asked before anything runs, whose outcome could not be written then.
  ///
  /// @throws BadInput if no file can be made there
  void check() {
    Path directory = path.toAbsolutePath().getParent();
    if (Files.isDirectory(path)) {
      throw wrong("is a directory; name a file");
    }
    if (directory == null || !Files.isDirectory(directory)) {
      throw wrong("lies in a directory that is not there; make it, or name another");
    }
    if (!Files.isWritable(Files.exists(path) ? path : directory)) {
      throw wrong("may not be written; name another file");
    }
  }

  /// To be asked as well where another file is read, or written too.
  ///
  /// @param other that file
  /// @param what it is, for people
  /// @throws BadInput if both are the same file, of which one would be lost
  void checkIsNot(Path other, String what) throws IOException {
    if (isSame(other)) {
      throw wrong("is " + what + ", which would be lost; name another file");
    }
  }

  /// Devices and pipes may be named twice.
  private boolean isSame(Path other) throws IOException {
    return Files.exists(path)
        ? Files.isRegularFile(path) && Files.exists(other) && Files.isSameFile(path, other)
        : made(path).equals(made(other));
  }

  /// Where a file would be made, also by way of links that lead to none yet.
  private static Path made(Path path) throws IOException {
    Path at = path.toAbsolutePath();
    for (int links = 0; links < MOST_LINKS && Files.isSymbolicLink(at); links++) {
      at = at.resolveSibling(Files.readSymbolicLink(at));
    }
    Path directory = at.getParent();
    Path name = at.getFileName();
    return directory == null || name == null || !Files.isDirectory(directory)
        ? at.normalize()
        : directory.toRealPath().resolve(name);
  }

  private BadInput wrong(String why) {
    return new BadInput("%s: '%s' %s".formatted(option, path, why));
  }

  /// The file, empty; its errors say which it is.
  OutputStream open() throws IOException {
    String name = "'%s' (%s)".formatted(path, option);
    return new BufferedOutputStream(new NamedOutput(name, Files.newOutputStream(path)));
  }

  /// Has all of it written.
  ///
  /// @throws IOException if it can't be, as where the disk is full
  void write(Writing writing) throws IOException {
    try (Writer out = new OutputStreamWriter(open(), StandardCharsets.UTF_8)) {
      writing.to(out);
    }
  }
}
