package io.sluice.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// A file that is written, whose errors say which.
final class NamedOutput extends FilterOutputStream {
  private final String name;

  NamedOutput(String name, OutputStream out) {
    super(out);
    this.name = name;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException failure) {
      throw new IOException("can't write " + name + ": " + failure.getMessage(), failure);
    }
  }
}
