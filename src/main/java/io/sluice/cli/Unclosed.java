package io.sluice.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Writes to a stream that is not its own, and leaves it open.
final class Unclosed extends BufferedOutputStream {
  Unclosed(OutputStream out) {
    super(out);
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
