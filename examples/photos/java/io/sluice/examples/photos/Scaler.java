package io.sluice.examples.photos;

import java.util.Arrays;

/// Makes squares of pixels one, from row to row.
final class Scaler {
  private static final int SQUARE = Photo.SCALE * Photo.SCALE;

  private final int[] sums = new int[Photo.SMALL_WIDTH * Photo.CHANNELS];
  private int rowCount;

  /// Adds a row.
  ///
  /// @return whether a row of the smaller photo is whole, and in `small`
  boolean add(byte[] row, byte[] small) {
    for (int x = 0; x < Photo.WIDTH; x++) {
      for (int channel = 0; channel < Photo.CHANNELS; channel++) {
        int to = x / Photo.SCALE * Photo.CHANNELS + channel;
        sums[to] += row[x * Photo.CHANNELS + channel] & 0xff;
      }
    }
    rowCount++;
    if (rowCount < Photo.SCALE) {
      return false;
    }
    for (int i = 0; i < sums.length; i++) {
      small[i] = (byte) (sums[i] / SQUARE);
    }
    Arrays.fill(sums, 0);
    rowCount = 0;
    return true;
  }
}
