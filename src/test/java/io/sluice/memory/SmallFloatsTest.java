package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.memory.SmallFormat.Coded;
import io.sluice.task.DType;
import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The real types of one or two bytes, through views, against [SmallFormat].
@SuppressWarnings("UnusedMethod")
class SmallFloatsTest {

  private static List<SmallFormat> formats() {
    return SmallFormat.all();
  }

  private static List<SmallFormat> ieeeFormats() {
    return List.of(SmallFormat.FLOAT16, SmallFormat.BFLOAT16);
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyCodeReadsAsItsValue(SmallFormat format) {
    try (LentViews views = new LentViews(format.dtype(), format.codeCount())) {
      TensorView view = views.readOnly();
      for (int code = 0; code < format.codeCount(); code++) {
        store(views.tensorBytes(), format, code, code);
        Double expected = format.valueOf(code);
        assertThat(view.getDouble(code)).as("code %x", code).isEqualTo(expected);
        assertThat(view.getFloat(code))
            .as("code %x", code)
            .isEqualTo(Float.valueOf(expected.floatValue()));
        assertThat(view.getInt(code)).as("code %x", code).isEqualTo(expected.intValue());
        assertThat(view.getLong(code)).as("code %x", code).isEqualTo(expected.longValue());
        assertThat(view.getBoolean(code)).as("code %x", code).isEqualTo(expected != 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void everyFiniteValueIsStoredAsItsCode(SmallFormat format) {
    try (Stored stored = new Stored(format)) {
      for (Coded coded : format.finiteValues()) {
        assertThat(stored.codeOf(coded.value())).as("%s", coded).isEqualTo(coded.code());
        assertThat(stored.codeOf((float) coded.value())).as("%s", coded).isEqualTo(coded.code());
      }
    }
  }

  /// In the middle between two neighbours, and one step of a `double` to either side of it.
  @ParameterizedTest
  @MethodSource("formats")
  void everyMiddleRoundsToEvenAndItsNeighboursToTheNearest(SmallFormat format) {
    List<Coded> values = format.finiteValues();
    try (Stored stored = new Stored(format)) {
      for (int i = 1; i < values.size(); i++) {
        Coded low = values.get(i - 1);
        Coded high = values.get(i);
        double middle = low.value() / 2 + high.value() / 2;
        if (low.value() == high.value()) {
          continue;
        }
        Coded even = low.code() % 2 == 0 ? low : high;
        assertThat(stored.codeOf(middle)).as("%s", middle).isEqualTo(even.code());
        assertThat(stored.codeOf((float) middle)).as("%s", middle).isEqualTo(even.code());
        assertThat(stored.valueOf(Math.nextDown(middle))).as("-%s", high).isEqualTo(low.value());
        assertThat(stored.valueOf(Math.nextUp(middle))).as("+%s", low).isEqualTo(high.value());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("formats")
  void randomFloatsAreRoundedToTheNearest(SmallFormat format) {
    List<Coded> values = format.finiteValues();
    Random random = new Random(42);
    try (Stored stored = new Stored(format)) {
      for (int i = 0; i < 2_000; i++) {
        float value = Float.intBitsToFloat(random.nextInt());
        if (Float.isFinite(value) && Math.abs(value) < values.getLast().value()) {
          double error = Math.abs(stored.valueOf(value) - value);
          assertThat(error).as("%s", value).isEqualTo(leastError(values, value));
        }
      }
    }
  }

  private static double leastError(List<Coded> values, double value) {
    return values.stream()
        .mapToDouble(coded -> Math.abs(coded.value() - value))
        .min()
        .getAsDouble();
  }

  @ParameterizedTest
  @MethodSource("ieeeFormats")
  void overflowsToInfinityFromTheMiddleToTheNextPowerOfTwo(SmallFormat format) {
    double largest = format.finiteValues().getLast().value();
    double middle = largest + (Math.scalb(1.0, Math.getExponent(largest) + 1) - largest) / 2;
    try (Stored stored = new Stored(format)) {
      assertThat(stored.valueOf(Math.nextDown(middle))).isEqualTo(largest);
      assertThat(stored.valueOf(middle)).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(stored.valueOf(-middle)).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(stored.valueOf(1e300)).isEqualTo(Double.POSITIVE_INFINITY);
      assertThat(stored.valueOf(Float.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
    }
  }

  @Test
  void saturatesWhereThereIsNoInfinity() {
    for (SmallFormat format : List.of(SmallFormat.E4M3, SmallFormat.E2M1)) {
      try (Stored stored = new Stored(format)) {
        double largest = format.finiteValues().getLast().value();
        for (double beyond : new double[] {1.2 * largest, 1e9, 1e300, Double.POSITIVE_INFINITY}) {
          assertThat(stored.valueOf(beyond)).isEqualTo(largest);
          assertThat(stored.valueOf(-beyond)).isEqualTo(-largest);
          assertThat(stored.valueOf((float) beyond)).isEqualTo(largest);
        }
      }
    }
  }

  @Test
  void e8m0HasNeitherZeroNorSign() {
    try (Stored stored = new Stored(SmallFormat.E8M0)) {
      assertThat(stored.valueOf(0)).isEqualTo(0x1p-127);
      assertThat(stored.valueOf(-3)).isEqualTo(0x1p-127);
      assertThat(stored.valueOf(Double.MIN_VALUE)).isEqualTo(0x1p-127);
      assertThat(stored.valueOf(Double.NEGATIVE_INFINITY)).isEqualTo(0x1p-127);
      assertThat(stored.valueOf(Double.POSITIVE_INFINITY)).isEqualTo(0x1p127);
      assertThat(stored.valueOf(Double.MAX_VALUE)).isEqualTo(0x1p127);
    }
  }

  @Test
  void nanStaysNanWhereThereIsOne() {
    for (SmallFormat format : formats()) {
      try (Stored stored = new Stored(format)) {
        Double expected = format.equals(SmallFormat.E2M1) ? 6 : Double.NaN;
        assertThat(stored.valueOf(Double.NaN)).as("%s", format).isEqualTo(expected);
        assertThat(stored.valueOf(Float.NaN)).as("%s", format).isEqualTo(expected);
      }
    }
  }

  @Test
  void zeroKeepsItsSign() {
    for (SmallFormat format : formats()) {
      if (format.signBits() == 1) {
        try (Stored stored = new Stored(format)) {
          assertThat(stored.codeOf(-0.0)).as("%s", format).isEqualTo(format.codeCount() / 2);
        }
      }
    }
  }

  @Test
  void e2m1IgnoresTheUpperBits() {
    try (LentViews views = new LentViews(DType.FP4E2M1, 1)) {
      views.tensorBytes().set(ValueLayout.JAVA_BYTE, 0, (byte) 0xA3);
      assertThat(views.readOnly().getFloat(0)).isEqualTo(1.5f);
    }
  }

  /// 2^62 + 2^54 lies in the middle between two bfloat16; a `double` can't hold one more.
  @Test
  void longsAreRoundedOnce() {
    long middle = (1L << 62) + (1L << 54);
    try (Stored stored = new Stored(SmallFormat.BFLOAT16)) {
      assertThat(stored.valueOfLong(middle)).isEqualTo(0x1p62);
      assertThat(stored.valueOfLong(middle + 1)).isEqualTo(0x1p62 + 0x1p55);
      assertThat(stored.valueOfLong(-middle)).isEqualTo(-0x1p62);
      assertThat(stored.valueOfLong(-middle - 1)).isEqualTo(-0x1p62 - 0x1p55);
      assertThat(stored.valueOfLong(Long.MIN_VALUE)).isEqualTo(-0x1p63);
      assertThat(stored.valueOfLong(Long.MAX_VALUE)).isEqualTo(0x1p63);
    }
    try (Stored stored = new Stored(SmallFormat.FLOAT16)) {
      assertThat(stored.valueOfLong(2049)).isEqualTo(2048);
      assertThat(stored.valueOfLong(2051)).isEqualTo(2052);
      assertThat(stored.valueOfLong(65_519)).isEqualTo(65_504);
      assertThat(stored.valueOfLong(65_520)).isEqualTo(Double.POSITIVE_INFINITY);
    }
  }

  private static void store(MemorySegment bytes, SmallFormat format, long index, int code) {
    if (format.isIeee()) {
      bytes.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) code);
    } else {
      bytes.set(ValueLayout.JAVA_BYTE, index, (byte) code);
    }
  }

  /// One element that is written through a view, and looked at in its bytes.
  private static final class Stored implements AutoCloseable {
    private final SmallFormat format;
    private final LentViews views;
    private final TensorView view;

    Stored(SmallFormat format) {
      this.format = format;
      this.views = new LentViews(format.dtype(), 1);
      this.view = views.writable();
    }

    int codeOf(double value) {
      view.setDouble(0, value);
      return code();
    }

    int codeOf(float value) {
      view.setFloat(0, value);
      return code();
    }

    double valueOf(double value) {
      return format.valueOf(codeOf(value));
    }

    double valueOf(float value) {
      return format.valueOf(codeOf(value));
    }

    double valueOfLong(long value) {
      view.setLong(0, value);
      return format.valueOf(code());
    }

    private int code() {
      return format.isIeee()
          ? views.tensorBytes().get(ValueLayout.JAVA_SHORT, 0) & 0xFFFF
          : views.tensorBytes().get(ValueLayout.JAVA_BYTE, 0) & 0xFF;
    }

    @Override
    public void close() {
      views.close();
    }
  }
}
