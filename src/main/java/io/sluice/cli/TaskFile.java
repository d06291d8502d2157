package io.sluice.cli;

import io.sluice.ndjson.Line;
import io.sluice.ndjson.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/// Tasks as lines, in a file or at the standard input.
///
/// @param path where; `-` for the standard input
record TaskFile(String path) {
  private static final int PIECE_BYTES = 64 * 1024;

  /// No line that begins or ends a scope is as long.
  private static final int START_LENGTH = 40;

  private static final Pattern SCOPE =
      Pattern.compile("\\s*\\{\\s*\"scope\"\\s*:\\s*\"(begin|end)\"\\s*}\\s*");

  /// A line holds a tensor's bytes at most, in Base64. It is copied, parsed and decoded on its way.
  private static final int MAX_LINE_BYTES =
      Math.clamp(Runtime.getRuntime().maxMemory() / 16, 1 << 20, 256 << 20);

  private boolean isStandardInput() {
    return path.equals("-");
  }

  /// To be asked before anything is made for it.
  ///
  /// @throws BadInput if it can't be read as a file
  void check() throws IOException {
    if (isStandardInput()) {
      return;
    }
    if (!Files.exists(Path.of(path))) {
      throw new NoSuchFileException(path);
    }
    if (Files.isDirectory(Path.of(path))) {
      throw new BadInput(
          "'%s' is a directory; name a file of tasks, or - for the standard input".formatted(path));
    }
  }

  /// To be asked of each file that is written.
  ///
  /// @throws BadInput if that is the file of the tasks
  void checkIsNot(OutputFile written) throws IOException {
    if (!isStandardInput()) {
      written.checkIsNot(Path.of(path), "the file of the tasks");
    }
  }

  /// How many lines may be tasks; 0 where that can't be known before. What comes from a pipe can be read
  /// only once, and is kept for the run.
  long taskCount() throws IOException {
    if (isStandardInput() || !Files.isRegularFile(Path.of(path))) {
      return 0;
    }
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      return taskCount(in);
    } catch (FileSystemException named) {
      throw named;
    } catch (IOException failure) {
      throw unreadable(failure);
    }
  }

  /// A line that is too long is refused when it is run, so only its start is kept here.
  private static long taskCount(InputStream in) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    StringBuilder start = new StringBuilder(START_LENGTH);
    long count = 0;
    for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
      for (int i = 0; i < length; i++) {
        if (piece[i] == '\n') {
          count += isTask(start.toString()) ? 1 : 0;
          start.setLength(0);
        } else if (start.length() < START_LENGTH) {
          start.append((char) (piece[i] & 0xff));
        }
      }
    }
    return count + (isTask(start.toString()) ? 1 : 0);
  }

  private static boolean isTask(String start) {
    return !start.isBlank() && !SCOPE.matcher(start).matches();
  }

  /// The lines, read on a thread that may block.
  Flux<Line> lines() {
    Flux<byte[]> pieces =
        Flux.<byte[], InputStream>generate(
                this::open,
                (in, sink) -> {
                  byte[] piece = new byte[PIECE_BYTES];
                  int count = read(in, piece);
                  if (count < 0) {
                    sink.complete();
                  } else {
                    sink.next(Arrays.copyOf(piece, count));
                  }
                  return in;
                },
                TaskFile::close)
            .subscribeOn(Schedulers.boundedElastic());
    return Lines.of(pieces, MAX_LINE_BYTES);
  }

  private InputStream open() throws IOException {
    return isStandardInput() ? System.in : Files.newInputStream(Path.of(path));
  }

  private int read(InputStream in, byte[] piece) {
    try {
      return in.read(piece);
    } catch (IOException failure) {
      throw new UncheckedIOException(unreadable(failure));
    }
  }

  private IOException unreadable(IOException failure) {
    return new IOException("can't read '%s': %s".formatted(path, failure.getMessage()), failure);
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
