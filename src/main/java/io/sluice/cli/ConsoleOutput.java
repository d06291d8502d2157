package io.sluice.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// The standard output as a stream of bytes that is left open, and that says so when nobody takes them: a
/// stream that prints only remembers that it could not write.
final class ConsoleOutput extends OutputStream {
  static final String GONE =
      "can't write to the standard output: its disk is full, or its reader has gone";

  private final PrintStream out;

  private ConsoleOutput(PrintStream out) {
    this.out = out;
  }

  static OutputStream of(PrintStream out) {
    return new BufferedOutputStream(new ConsoleOutput(out));
  }

  /// Prints JSON, which is UTF-8 whatever the console has; flushed. That it can't be written is remembered by
  /// `out`.
  static void print(PrintStream out, String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    flush();
  }

  @Override
  public void flush() throws IOException {
    if (out.checkError()) {
      throw new IOException(GONE);
    }
  }
}
