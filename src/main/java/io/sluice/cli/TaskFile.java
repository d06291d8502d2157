package io.sluice.cli;

import io.sluice.ndjson.Line;
import io.sluice.ndjson.Lines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/// Tasks as lines, in a file or at the standard input.
///
/// @param path where; `-` for the standard input
record TaskFile(String path) {
  private static final int PIECE_BYTES = 64 * 1024;

  /// A line holds a tensor's bytes at most, in Base64.
  private static final int MAX_LINE_BYTES = 256 << 20;

  private boolean isStandardInput() {
    return path.equals("-");
  }

  /// How many lines may be tasks; 0 where that can't be known before.
  long taskCount() throws IOException {
    if (isStandardInput()) {
      return 0;
    }
    try (BufferedReader lines =
        Files.newBufferedReader(Path.of(path), StandardCharsets.ISO_8859_1)) {
      return lines.lines().filter(line -> !line.isBlank() && !isScope(line)).count();
    }
  }

  private static boolean isScope(String line) {
    return line.length() < 40 && line.contains("\"scope\"");
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

  private static int read(InputStream in, byte[] piece) {
    try {
      return in.read(piece);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
