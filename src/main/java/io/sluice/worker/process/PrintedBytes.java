package io.sluice.worker.process;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// What a process prints, and whether somebody waits for more of it.
///
/// **Threads.** One reads; any asks.
final class PrintedBytes extends FilterInputStream {
  /// Raised when a read begins and when it ends: odd while one goes on.
  private volatile int readCount;

  PrintedBytes(InputStream printed) {
    super(printed);
  }

  @Override
  public int read() throws IOException {
    throw new IOException("bytes are read in blocks here; this is a bug in Sluice");
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes it.
  public int read(byte[] bytes, int from, int most) throws IOException {
    readCount++;
    try {
      return in.read(bytes, from, most);
    } finally {
      readCount++;
    }
  }

  /// The same number for as long as it waits in the same read, and all that came before was taken; below 0 while
  /// it does not wait.
  int waiting() {
    int count = readCount;
    return (count & 1) == 1 ? count & Integer.MAX_VALUE : -1;
  }
}
