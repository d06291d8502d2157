package io.sluice.examples.photos;

/// Makes a photo up, row by row.
final class Decoder {
  private long state;

  Decoder(long number) {
    state = number * 0x9E3779B97F4A7C15L + 1;
  }

  void next(byte[] row) {
    long x = state;
    for (int i = 0; i < row.length; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      row[i] = (byte) x;
    }
    state = x;
  }
}
