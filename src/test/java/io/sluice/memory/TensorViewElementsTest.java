package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.DType;
import io.sluice.task.TensorView;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Single elements of each dtype; those of [SmallFloatsTest] only as far as they are like the rest.
class TensorViewElementsTest {

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"INT8", "UINT8", "INT16", "UINT16"})
  void everyCodeOfASmallIntegerReadsAsItsValue(DType dtype) {
    int codes = 1 << (8 * dtype.byteSize());
    boolean signed = dtype == DType.INT8 || dtype == DType.INT16;
    try (LentViews views = new LentViews(dtype, codes)) {
      TensorView view = views.writable();
      for (int code = 0; code < codes; code++) {
        int value = signed && code >= codes / 2 ? code - codes : code;
        view.setInt(code, value);
        assertThat(rawOf(views, dtype, code)).isEqualTo(code);
        assertThat(view.getInt(code)).isEqualTo(value);
        assertThat(view.getLong(code)).isEqualTo(value);
        assertThat(view.getFloat(code)).isEqualTo(value);
        assertThat(view.getDouble(code)).isEqualTo(value);
        assertThat(view.getBoolean(code)).isEqualTo(value != 0);
      }
    }
  }

  private static int rawOf(LentViews views, DType dtype, int index) {
    return dtype.byteSize() == 1
        ? views.tensorBytes().get(ValueLayout.JAVA_BYTE, index) & 0xFF
        : views.tensorBytes().getAtIndex(ValueLayout.JAVA_SHORT, index) & 0xFFFF;
  }

  @ParameterizedTest(name = "{1} stored in {0} reads as {2}")
  @CsvSource({
    "INT8, 300, 44",
    "INT8, -129, 127",
    "UINT8, -1, 255",
    "UINT8, 256, 0",
    "INT16, 40000, -25536",
    "UINT16, 65537, 1",
    "INT32, 4294967297, 1",
    "UINT32, -1, 4294967295",
    "INT64, -9223372036854775808, -9223372036854775808",
    "UINT64, -1, -1",
    "BOOL, 256, 1",
    "BOOL, 4294967296, 1",
    "BOOL, 0, 0",
  })
  void integersKeepTheLowBits(DType dtype, long stored, long read) {
    try (LentViews views = new LentViews(dtype, 1)) {
      views.writable().setLong(0, stored);
      assertThat(views.readOnly().getLong(0)).isEqualTo(read);
    }
  }

  @ParameterizedTest(name = "{1} stored in {0} reads as {2}")
  @CsvSource({
    "INT8, 2.5, 2",
    "INT8, 3.5, 4",
    "INT8, -2.5, -2",
    "INT8, 127.6, 127",
    "INT8, -1e9, -128",
    "INT8, NaN, 0",
    "UINT8, -0.6, 0",
    "UINT8, 254.5, 254",
    "UINT8, Infinity, 255",
    "INT16, 1e30, 32767",
    "UINT16, 65535.4, 65535",
    "UINT16, 1e10, 65535",
    "INT32, 2147483646.5, 2147483646",
    "INT32, -Infinity, -2147483648",
    "UINT32, 4294967294.6, 4294967295",
    "UINT32, 1e10, 4294967295",
    "UINT32, -5, 0",
    "UINT32, NaN, 0",
    "INT64, 0.5, 0",
    "INT64, 1.5, 2",
    "INT64, 1e30, 9223372036854775807",
    "INT64, -1e30, -9223372036854775808",
    "UINT64, -1e30, 0",
    "UINT64, NaN, 0",
    "UINT64, 2.5, 2",
    "UINT64, 9223372036854775808, -9223372036854775808",
    "UINT64, 18446744073709549568, -2048",
    "UINT64, 1e30, -1",
    "BOOL, 0.25, 1",
    "BOOL, NaN, 1",
    "BOOL, -0.0, 0",
  })
  void integersTakeTheNearestValueOfARealOne(DType dtype, double stored, long read) {
    try (LentViews views = new LentViews(dtype, 1)) {
      views.writable().setDouble(0, stored);
      assertThat(views.readOnly().getLong(0)).isEqualTo(read);
      if ((float) stored == stored || Double.isNaN(stored)) {
        views.writable().fillBytes((byte) 3);
        views.writable().setFloat(0, (float) stored);
        assertThat(views.readOnly().getLong(0)).isEqualTo(read);
      }
    }
  }

  @ParameterizedTest(name = "{1} in {0} reads as int {2} and long {3}")
  @CsvSource({
    "FLOAT32, 2.75, 2, 2",
    "FLOAT64, -2.75, -2, -2",
    "FLOAT16, 2.75, 2, 2",
    "BFLOAT16, -2.75, -2, -2",
    "FLOAT64, 1e12, 2147483647, 1000000000000",
    "FLOAT32, NaN, 0, 0",
  })
  void realOnesAreTruncated(DType dtype, double stored, int asInt, long asLong) {
    try (LentViews views = new LentViews(dtype, 1)) {
      views.writable().setDouble(0, stored);
      assertThat(views.readOnly().getInt(0)).isEqualTo(asInt);
      assertThat(views.readOnly().getLong(0)).isEqualTo(asLong);
    }
  }

  @Test
  void intsOfUnsignedTypesWidenWithoutASign() {
    try (LentViews views = new LentViews(DType.UINT32, 1)) {
      views.writable().setInt(0, -2);
      assertThat(views.readOnly().getLong(0)).isEqualTo(0xFFFF_FFFEL);
      assertThat(views.readOnly().getInt(0)).isEqualTo(-2);
      assertThat(views.readOnly().getFloat(0)).isEqualTo(0x1p32f);
      assertThat(views.readOnly().getDouble(0)).isEqualTo(4294967294.0);
    }
  }

  @Test
  void unsignedLongsAreNeverNegativeAsRealValues() {
    Random random = new Random(3);
    try (LentViews views = new LentViews(DType.UINT64, 1)) {
      TensorView view = views.writable();
      for (int i = 0; i < 10_000; i++) {
        long bits = random.nextLong() << random.nextInt(64) >>> random.nextInt(64);
        view.setLong(0, bits);
        BigDecimal value = new BigDecimal(new BigInteger(Long.toUnsignedString(bits)));
        assertThat(view.getFloat(0)).as("%s", value).isEqualTo(value.floatValue());
        assertThat(view.getDouble(0)).as("%s", value).isEqualTo(value.doubleValue());
      }
    }
  }

  @Test
  void floatsAndDoublesKeepEveryValue() {
    try (LentViews floats = new LentViews(DType.FLOAT32, 1);
        LentViews doubles = new LentViews(DType.FLOAT64, 1)) {
      Random random = new Random(5);
      for (int i = 0; i < 10_000; i++) {
        Float single = Float.intBitsToFloat(random.nextInt());
        floats.writable().setFloat(0, single);
        assertThat(floats.readOnly().getFloat(0)).isEqualTo(single);
        assertThat(floats.readOnly().getDouble(0)).isEqualTo(Double.valueOf(single));
        doubles.writable().setFloat(0, single);
        assertThat(doubles.readOnly().getDouble(0)).isEqualTo(Double.valueOf(single));
        Double value = Double.longBitsToDouble(random.nextLong());
        doubles.writable().setDouble(0, value);
        assertThat(doubles.readOnly().getDouble(0)).isEqualTo(value);
        assertThat(doubles.readOnly().getFloat(0)).isEqualTo(Float.valueOf(value.floatValue()));
      }
    }
  }

  @Test
  void longsInFloatsAreRoundedOnce() {
    try (LentViews floats = new LentViews(DType.FLOAT32, 1);
        LentViews doubles = new LentViews(DType.FLOAT64, 1)) {
      long value = (1L << 62) + (1L << 38) + 1;
      floats.writable().setLong(0, value);
      assertThat(floats.readOnly().getFloat(0)).isEqualTo((float) value);
      doubles.writable().setLong(0, value);
      assertThat(doubles.readOnly().getDouble(0)).isEqualTo((double) value);
      floats.writable().setInt(0, 16_777_219);
      assertThat(floats.readOnly().getFloat(0)).isEqualTo(16_777_220f);
      doubles.writable().setInt(0, Integer.MIN_VALUE);
      assertThat(doubles.readOnly().getDouble(0)).isEqualTo(-0x1p31);
    }
  }

  /// FP8E8M0 has no zero: false is its smallest value, which is not zero.
  @ParameterizedTest
  @EnumSource
  void everyTypeHoldsTrueAndFalse(DType dtype) {
    try (LentViews views = new LentViews(dtype, 2)) {
      TensorView view = views.writable();
      view.fillBytes((byte) 0x11);
      view.setBoolean(0, true);
      view.setBoolean(1, false);
      assertThat(view.getInt(0)).isEqualTo(1);
      assertThat(view.getDouble(0)).isEqualTo(1);
      assertThat(view.getBoolean(0)).isTrue();
      assertThat(view.getInt(1)).isZero();
      assertThat(view.getBoolean(1)).isEqualTo(dtype == DType.FP8E8M0);
    }
  }

  @Test
  void anyByteButZeroIsTrue() {
    try (LentViews views = new LentViews(DType.BOOL, 256)) {
      TensorView view = views.writable();
      for (int value = 0; value < 256; value++) {
        views.tensorBytes().set(ValueLayout.JAVA_BYTE, value, (byte) value);
        assertThat(view.getBoolean(value)).isEqualTo(value != 0);
        assertThat(view.getInt(value)).isEqualTo(value == 0 ? 0 : 1);
        assertThat(view.getDouble(value)).isEqualTo(value == 0 ? 0 : 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void elementsLieInNativeOrderWithoutGaps(DType dtype) {
    try (LentViews views = new LentViews(dtype, 3)) {
      TensorView view = views.writable();
      view.setInt(1, 1);
      byte[] bytes = views.tensorBytes().toArray(ValueLayout.JAVA_BYTE);
      int size = dtype.byteSize();
      for (int at = 0; at < bytes.length; at++) {
        if (at < size || at >= 2 * size) {
          assertThat(bytes[at]).as("byte %d", at).isZero();
        }
      }
      assertThat(view.getInt(1)).isEqualTo(1);
      assertThat(view.byteSize()).isEqualTo(3L * size);
      assertThat(views.isMarginUntouched()).isTrue();
    }
  }
}
