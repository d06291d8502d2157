package io.sluice.worker.process;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A process that has printed all that it will, and has ended.
final class PrintedProcess extends Process {
  private final InputStream out;

  PrintedProcess(String text) {
    this(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  PrintedProcess(InputStream out) {
    this.out = out;
  }

  @Override
  public OutputStream getOutputStream() {
    return OutputStream.nullOutputStream();
  }

  @Override
  public InputStream getInputStream() {
    return out;
  }

  @Override
  public InputStream getErrorStream() {
    return InputStream.nullInputStream();
  }

  @Override
  public int waitFor() {
    return 0;
  }

  @Override
  public int exitValue() {
    return 0;
  }

  @Override
  public void destroy() {}
}
