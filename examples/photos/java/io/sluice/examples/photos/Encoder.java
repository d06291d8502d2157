package io.sluice.examples.photos;

/// Makes a number of a photo, with the work of an encoder.
final class Encoder {
  private static final int PASSES = 40;

  private Encoder() {}

  static long code(byte[] pixels) {
    long code = 1;
    for (int pass = 0; pass < PASSES; pass++) {
      for (byte pixel : pixels) {
        code = 31 * code + pixel;
      }
    }
    return code;
  }
}
