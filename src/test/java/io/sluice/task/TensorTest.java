package io.sluice.task;

import static io.sluice.task.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TensorTest {
  private final Tensor tiles = Tensor.named("tiles", DType.INT32, 4, 6);

  @Test
  void isAnIdentity() {
    Tensor other = Tensor.named("tiles", DType.INT32, 4, 6);
    assertThat(tiles).isNotEqualTo(other);
    assertThat(tiles.slice(Range.of(0, 2))).isNotEqualTo(other.slice(Range.of(0, 2)));
  }

  @Test
  void tellsWhatItIs() {
    assertThat(tiles.name()).isEqualTo("tiles");
    assertThat(tiles.dtype()).isEqualTo(DType.INT32);
    assertThat(tiles.shape()).isEqualTo(Shape.of(4, 6));
    assertThat(tiles.box()).isEqualTo(Box.whole(4, 6));
    assertThat(tiles.byteSize()).isEqualTo(96);
    assertThat(tiles.tensor()).isSameAs(tiles);
    assertThat(tiles.isWhole()).isTrue();
    assertThat(tiles.isZeroed()).isFalse();
    assertThat(tiles.isUserOwned()).isFalse();
    assertThat(tiles).hasToString("tensor 'tiles' INT32[4, 6]");
    assertThat(Tensor.of(DType.BOOL, 2)).hasToString("tensor BOOL[2]");
    assertThat(Tensor.of(DType.BOOL, 2).name()).isNull();
  }

  @Test
  void hasANameThatCanBeRead() {
    assertRefused(
        () -> Tensor.named(null, DType.INT8, 1),
        "a tensor: its name must not be null or blank, was null; give it another");
    assertRefused(
        () -> Tensor.named(" ", DType.INT8, 1),
        "a tensor: its name must not be null or blank, was ' '; give it another");
  }

  @Test
  void isCalledByItsNameInErrors() {
    assertRefused(
        () -> Tensor.named("rgb", DType.INT8, 0),
        "tensor 'rgb': its shape [0] must have at least 1 element along each dimension, had 0 along"
            + " axis 0; change the shape");
    assertRefused(
        () -> Tensor.named("rgb", DType.INT64, 1L << 60),
        "tensor 'rgb': its shape [1152921504606846976] of INT64 must take at most 2^62 bytes, took"
            + " 1152921504606846976 times 8; change the shape");
    assertRefused(
        () -> Tensor.named("rgb", null, 1),
        "tensor 'rgb': its dtype must not be null; give it one");
    assertRefused(() -> Tensor.of(null, 1), "a tensor: its dtype must not be null; give it one");
  }

  @Test
  void zeroedIsAnotherTensorLikeIt() {
    Tensor zeroed = tiles.zeroed();
    assertThat(zeroed).isNotSameAs(tiles).hasToString(tiles.toString());
    assertThat(zeroed.isZeroed()).isTrue();
    assertThat(tiles.isZeroed()).isFalse();
    assertThat(zeroed.zeroed()).isNotSameAs(zeroed);
  }

  @Test
  void aSliceIsABoxOfIt() {
    TensorSlice slice = tiles.slice(Range.of(1, 3), Range.at(5));
    assertThat(slice.tensor()).isSameAs(tiles);
    assertThat(slice.dtype()).isEqualTo(DType.INT32);
    assertThat(slice.shape()).isEqualTo(Shape.of(2, 1));
    assertThat(slice.box()).isEqualTo(Box.of(new long[] {1, 5}, new long[] {3, 6}));
    assertThat(slice.isWhole()).isFalse();
    assertThat(slice).hasToString("[1..3, 5..6) of tensor 'tiles' INT32[4, 6]");
  }

  @Test
  void axesWithoutARangeAreWhole() {
    assertThat(tiles.slice(Range.of(1, 3)).shape()).isEqualTo(Shape.of(2, 6));
    assertThat(tiles.slice(Range.all(), Range.of(0, 2)).shape()).isEqualTo(Shape.of(4, 2));
    assertThat(tiles.slice().box()).isEqualTo(tiles.box());
    assertThat(tiles.rows(1, 3)).isEqualTo(tiles.slice(Range.of(1, 3)));
  }

  @Test
  void aSliceOfAllIsNoWholeTensor() {
    assertThat(tiles.slice(Range.all(), Range.all()).isWhole()).isFalse();
  }

  @Test
  void equalSlicesAreInterchangeable() {
    TensorSlice slice = tiles.rows(0, 2);
    assertThat(slice)
        .isEqualTo(tiles.slice(Range.of(0, 2), Range.all()))
        .hasSameHashCodeAs(tiles.rows(0, 2))
        .isNotEqualTo(tiles.rows(0, 3))
        .isNotEqualTo(tiles);
  }

  @Test
  void aSliceLiesInsideTheTensorAndHoldsSomething() {
    assertRefused(
        () -> tiles.rows(2, 5),
        "tensor 'tiles' INT32[4, 6]: slice [2:5] must have a non-empty range within 0:4 along axis"
            + " 0, was 2:5; change the slice");
    assertRefused(
        () -> tiles.slice(Range.all(), Range.of(-1, 2)),
        "tensor 'tiles' INT32[4, 6]: slice [:, -1:2] must have a non-empty range within 0:6 along"
            + " axis 1, was -1:2; change the slice");
    assertRefused(
        () -> tiles.rows(2, 2),
        "tensor 'tiles' INT32[4, 6]: slice [2:2] must have a non-empty range within 0:4 along axis"
            + " 0, was 2:2; change the slice");
    assertRefused(
        () -> tiles.rows(3, 1),
        "tensor 'tiles' INT32[4, 6]: slice [3:1] must have a non-empty range within 0:4 along axis"
            + " 0, was 3:1; change the slice");
    assertRefused(
        () -> tiles.slice(Range.at(Long.MAX_VALUE)),
        "tensor 'tiles' INT32[4, 6]: slice [9223372036854775807:-9223372036854775808] must have a"
            + " non-empty range within 0:4 along axis 0, was"
            + " 9223372036854775807:-9223372036854775808; change the slice");
    assertRefused(
        () -> tiles.slice(Range.all(), null),
        "tensor 'tiles' INT32[4, 6]: slice [:, null] must have a non-empty range within 0:6 along"
            + " axis 1, was null; change the slice");
  }

  @Test
  void aSliceHasNoMoreRangesThanTheTensorHasAxes() {
    assertRefused(
        () -> tiles.slice(Range.all(), Range.all(), Range.all()),
        "tensor 'tiles' INT32[4, 6]: slice [:, :, :] must have at most 2 ranges, one an axis;"
            + " change the slice");
    assertRefused(
        () -> tiles.slice((Range[]) null),
        "tensor 'tiles' INT32[4, 6]: slice null must have at most 2 ranges, one an axis; change the"
            + " slice");
  }

  @Test
  void rangesReadAsTheyAreWritten() {
    assertThat(Range.of(0, 4)).hasToString("0:4").isEqualTo(new Range(0, 4));
    assertThat(Range.at(3)).isEqualTo(Range.of(3, 4));
    assertThat(Range.all()).hasToString(":");
  }
}
