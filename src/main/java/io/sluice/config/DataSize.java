package io.sluice.config;

import io.sluice.error.ConfigurationException;
import java.util.Locale;

/// A number of bytes.
///
/// ```java
/// DataSize.mebibytes(256)   // 268,435,456 bytes
/// ```
///
/// @param bytes 0 to 2^63 - 1
public record DataSize(long bytes) {

  /// The only gate.
  ///
  /// @throws ConfigurationException if it is negative
  public DataSize {
    if (bytes < 0) {
      throw outOfRange(Long.toString(bytes));
    }
  }

  /// So many bytes.
  ///
  /// @throws ConfigurationException if `count` is negative
  public static DataSize bytes(long count) {
    return new DataSize(count);
  }

  /// So many times 1,024 bytes.
  ///
  /// @throws ConfigurationException if `count` is negative or 2^53 or more
  public static DataSize kibibytes(long count) {
    return scaled(count, 10);
  }

  /// So many times 2^20 bytes.
  ///
  /// @throws ConfigurationException if `count` is negative or 2^43 or more
  public static DataSize mebibytes(long count) {
    return scaled(count, 20);
  }

  /// So many times 2^30 bytes.
  ///
  /// @throws ConfigurationException if `count` is negative or 2^33 or more
  public static DataSize gibibytes(long count) {
    return scaled(count, 30);
  }

  private static DataSize scaled(long count, int shift) {
    if (count < 0 || count > Long.MAX_VALUE >> shift) {
      throw outOfRange(count + " * 2^" + shift);
    }
    return new DataSize(count << shift);
  }

  private static ConfigurationException outOfRange(String given) {
    return new ConfigurationException(
        "dataSize.bytes",
        "must lie in 0 to 2^63 - 1",
        given,
        "use another count or unit, as in DataSize.mebibytes(256)");
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%,d bytes", bytes);
  }
}
