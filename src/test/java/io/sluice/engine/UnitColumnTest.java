package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitColumnTest {

  @ParameterizedTest
  @ValueSource(longs = {0, 1024, (1L << 41) - 1024, 1L << 41, (1L << 42) - 1024})
  void aNarrowColumnKeepsWhatIsBelowFourTebibytes(long bytes) {
    UnitColumn column = new UnitColumn(2, (1L << 42) - 1024);
    column.set(1, bytes);
    column.copy(1, 0);
    column.resize(4);
    assertThat(column.get(0)).isEqualTo(bytes);
    assertThat(column.get(1)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1024, (1L << 42) - 1024, 1L << 42, Long.MAX_VALUE - 1023})
  void aWideColumnKeepsTheRest(long bytes) {
    UnitColumn column = new UnitColumn(2, Long.MAX_VALUE - 1023);
    column.set(1, bytes);
    column.copy(1, 0);
    column.resize(4);
    assertThat(column.get(0)).isEqualTo(bytes);
    assertThat(column.get(1)).isEqualTo(bytes);
  }

  @Test
  void aColumnIsWideFromFourTebibytesOn() {
    UnitColumn column = new UnitColumn(1, 1L << 42);
    column.set(0, 1L << 42);
    assertThat(column.get(0)).isEqualTo(1L << 42);
  }
}
