package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DivisorTest {
  private static final long[] EDGES = {
    2,
    3,
    5,
    7,
    10,
    641,
    65_535,
    65_536,
    65_537,
    (1L << 31) - 1,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    (1L << 32) + 1,
    1L << 62,
    Long.MAX_VALUE
  };

  @Test
  void dividesExactlyAroundEveryMultiple() {
    for (long divisor : EDGES) {
      for (long quotient : EDGES) {
        long multiple = Math.multiplyHigh(divisor, quotient) == 0 ? divisor * quotient : divisor;
        if (multiple > 0) {
          check(divisor, multiple - 1);
          check(divisor, multiple);
          check(divisor, multiple == Long.MAX_VALUE ? multiple : multiple + 1);
        }
      }
      check(divisor, 0);
      check(divisor, 0xFFFF_FFFFL);
      check(divisor, 0x1_0000_0000L);
      check(divisor, Long.MAX_VALUE);
    }
  }

  @Test
  void dividesAnyNumbers() {
    Random random = new Random(7);
    for (int i = 0; i < 200_000; i++) {
      long divisor = Math.max(2, random.nextLong() >>> (1 + random.nextInt(62)));
      check(divisor, random.nextLong() >>> (1 + random.nextInt(63)));
    }
  }

  private static void check(long divisor, long dividend) {
    assertThat(Divisor.of(divisor).quotient(dividend))
        .as("%d / %d", dividend, divisor)
        .isEqualTo(dividend / divisor);
  }
}
