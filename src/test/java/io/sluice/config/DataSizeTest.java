package io.sluice.config;

import static io.sluice.config.Gates.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DataSizeTest {

  @Test
  void unitsArePowersOfTwo() {
    assertThat(DataSize.bytes(7).bytes()).isEqualTo(7);
    assertThat(DataSize.kibibytes(3).bytes()).isEqualTo(3_072);
    assertThat(DataSize.mebibytes(256).bytes()).isEqualTo(268_435_456);
    assertThat(DataSize.gibibytes(4).bytes()).isEqualTo(4_294_967_296L);
    assertThat(DataSize.gibibytes(0).bytes()).isZero();
    assertThat(DataSize.kibibytes(1)).isEqualTo(DataSize.bytes(1_024));
    assertThat(DataSize.mebibytes(1)).hasToString("1,048,576 bytes");
  }

  @Test
  void aSizeIsNotNegative() {
    assertRefused(
        () -> DataSize.bytes(-1),
        "dataSize.bytes must lie in 0 to 2^63 - 1, was -1; use another count or unit, as in"
            + " DataSize.mebibytes(256)");
    assertRefused(
        () -> DataSize.mebibytes(-2),
        "dataSize.bytes must lie in 0 to 2^63 - 1, was -2 * 2^20; use another count or unit, as in"
            + " DataSize.mebibytes(256)");
  }

  @Test
  void aSizeFitsALong() {
    assertThat(DataSize.gibibytes((1L << 33) - 1).bytes())
        .isEqualTo(Long.MAX_VALUE - (1L << 30) + 1);
    assertRefused(
        () -> DataSize.gibibytes(1L << 33),
        "dataSize.bytes must lie in 0 to 2^63 - 1, was 8589934592 * 2^30; use another count or"
            + " unit, as in DataSize.mebibytes(256)");
  }
}
