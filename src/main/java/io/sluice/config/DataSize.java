package io.sluice.config;

import io.sluice.error.ConfigurationException;

/// A number of bytes.
///
/// @param bytes at least 0
public record DataSize(long bytes) {
  public DataSize {
    if (bytes < 0) {
      throw new ConfigurationException(
          "dataSize.bytes", "must not be negative", bytes, "use DataSize.mebibytes(n)");
    }
  }

  public static DataSize bytes(long bytes) {
    return new DataSize(bytes);
  }

  public static DataSize kibibytes(long count) {
    return scaled(count, 10);
  }

  public static DataSize mebibytes(long count) {
    return scaled(count, 20);
  }

  public static DataSize gibibytes(long count) {
    return scaled(count, 30);
  }

  private static DataSize scaled(long count, int shift) {
    if (count < 0 || count > Long.MAX_VALUE >> shift) {
      throw new ConfigurationException(
          "dataSize",
          "must lie in 0 to 2^63 - 1 bytes",
          count + " * 2^" + shift,
          "use a smaller count");
    }
    return new DataSize(count << shift);
  }
}
