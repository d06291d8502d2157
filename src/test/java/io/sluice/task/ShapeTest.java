package io.sluice.task;

import static io.sluice.task.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void tellsItsExtents() {
    Shape shape = Shape.of(480, 640, 3);
    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.extent(0)).isEqualTo(480);
    assertThat(shape.extent(2)).isEqualTo(3);
    assertThat(shape.elementCount()).isEqualTo(921_600);
    assertThat(shape.byteSize(DType.FLOAT32)).isEqualTo(3_686_400);
    assertThat(shape).hasToString("[480, 640, 3]");
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> shape.extent(3));
  }

  @Test
  void isAValue() {
    assertThat(Shape.of(2, 3)).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(Shape.of(2, 3)).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(6));
  }

  @Test
  void keepsItsExtentsForItself() {
    long[] given = {2, 3};
    Shape shape = Shape.of(given);
    given[0] = 9;
    shape.extents()[1] = 9;
    assertThat(shape.extents()).containsExactly(2, 3);
  }

  @Test
  void hasOneToEightDimensions() {
    assertThat(Shape.of(1, 1, 1, 1, 1, 1, 1, 1).rank()).isEqualTo(8);
    assertRefused(
        Shape::of, "a tensor: its shape [] must have 1 to 8 dimensions, had 0; change the shape");
    assertRefused(
        () -> Shape.of(1, 1, 1, 1, 1, 1, 1, 1, 1),
        "a tensor: its shape [1, 1, 1, 1, 1, 1, 1, 1, 1] must have 1 to 8 dimensions, had 9;"
            + " change the shape");
    assertRefused(
        () -> Shape.of((long[]) null),
        "a tensor: its shape null must have 1 to 8 dimensions, had 0; change the shape");
  }

  @Test
  void hasAnElementAlongEachDimension() {
    assertRefused(
        () -> Shape.of(4, 0),
        "a tensor: its shape [4, 0] must have at least 1 element along each dimension, had 0 along"
            + " axis 1; change the shape");
    assertRefused(
        () -> Shape.of(-4, 2),
        "a tensor: its shape [-4, 2] must have at least 1 element along each dimension, had -4"
            + " along axis 0; change the shape");
  }

  @Test
  void countsItsElementsInALong() {
    assertThat(Shape.of(Long.MAX_VALUE).elementCount()).isEqualTo(Long.MAX_VALUE);
    assertRefused(
        () -> Shape.of(1L << 32, 1L << 31),
        "a tensor: its shape [4294967296, 2147483648] must have at most 2^63 - 1 elements, had"
            + " more; change the shape");
    assertThatExceptionOfType(RuntimeException.class)
        .as("a product that wraps around to a positive number")
        .isThrownBy(() -> Shape.of(1L << 33, (1L << 31) + 1));
  }

  @Test
  void takesAtMostTwoToThe62Bytes() {
    assertThat(Shape.of(1L << 62).byteSize(DType.INT8)).isEqualTo(1L << 62);
    assertThat(Shape.of(1L << 59).byteSize(DType.INT64)).isEqualTo(1L << 62);
    assertRefused(
        () -> Shape.of((1L << 59) + 1).byteSize(DType.INT64),
        "a tensor: its shape [576460752303423489] of INT64 must take at most 2^62 bytes, took"
            + " 576460752303423489 times 8; change the shape");
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(() -> Shape.of((1L << 62) + 1).byteSize(DType.INT8));
  }

  @Test
  void needsADtypeToTakeBytes() {
    assertRefused(
        () -> Shape.of(1).byteSize(null), "a tensor: its dtype must not be null; give it one");
  }
}
