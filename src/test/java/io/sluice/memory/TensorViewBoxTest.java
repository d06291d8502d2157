package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.task.Box;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/// Views of boxes against a walk over the coordinates, element by element.
class TensorViewBoxTest {
  private static final int SMALL_TENSOR_ELEMENTS = 3_000;

  private Random random = new Random(0);

  /// For each element of the box, in row-major order, its place in the tensor.
  private static int[] placesIn(Shape shape, Box box) {
    int[] places = new int[(int) box.elementCount()];
    long[] coordinates = new long[shape.rank()];
    Arrays.setAll(coordinates, box::from);
    for (int index = 0; index < places.length; index++) {
      places[index] = placeOf(shape, coordinates);
      step(coordinates, box);
    }
    return places;
  }

  private static int placeOf(Shape shape, long[] coordinates) {
    long place = 0;
    for (int axis = 0; axis < coordinates.length; axis++) {
      place = place * shape.extent(axis) + coordinates[axis];
    }
    return (int) place;
  }

  private static void step(long[] coordinates, Box box) {
    for (int axis = coordinates.length - 1; axis >= 0; axis--) {
      coordinates[axis]++;
      if (coordinates[axis] < box.to(axis)) {
        return;
      }
      coordinates[axis] = box.from(axis);
    }
  }

  private Shape randomShape() {
    long[] extents = new long[1 + random.nextInt(Shape.MAX_RANK)];
    long left = SMALL_TENSOR_ELEMENTS;
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] = 1L + random.nextInt((int) Math.min(7, left));
      left /= extents[axis];
    }
    return Shape.of(extents);
  }

  private Box randomBox(Shape shape) {
    long[] from = new long[shape.rank()];
    long[] to = new long[shape.rank()];
    for (int axis = 0; axis < from.length; axis++) {
      int extent = (int) shape.extent(axis);
      boolean whole = random.nextInt(3) == 0;
      from[axis] = whole ? 0 : random.nextInt(extent);
      to[axis] = whole ? extent : from[axis] + 1 + random.nextInt((int) (extent - from[axis]));
    }
    return Box.of(from, to);
  }

  private Lease randomLease() {
    return random.nextBoolean() ? LentViews.open() : LentViews.shared();
  }

  @RepeatedTest(300)
  void aBoxShowsItsElementsInRowMajorOrder(RepetitionInfo repetition) {
    random = new Random(repetition.getCurrentRepetition());
    Shape shape = randomShape();
    Box box = randomBox(shape);
    int[] places = placesIn(shape, box);
    try (LentViews views = new LentViews(DType.INT32, shape.extents())) {
      TensorView whole = views.writable();
      for (int place = 0; place < shape.elementCount(); place++) {
        whole.setInt(place, 1_000 + place);
      }
      TensorView part = views.view(box, true, randomLease());
      assertThat(part.elementCount()).isEqualTo(places.length);
      for (int index = 0; index < places.length; index++) {
        assertThat(part.getInt(index)).isEqualTo(1_000 + places[index]);
      }
      checkBulkReads(part, places);
      checkWrites(part, whole, places);
      assertThat(views.isMarginUntouched()).isTrue();
    }
  }

  private void checkBulkReads(TensorView part, int[] places) {
    int from = random.nextInt(places.length);
    int count = random.nextInt(places.length - from + 1);
    int[] target = new int[count + 3];
    part.copyTo(from, target, 2, count);
    for (int i = 0; i < count; i++) {
      assertThat(target[2 + i]).isEqualTo(1_000 + places[from + i]);
    }
    assertThat(target[1] + target[count + 2]).as("around the part of the array").isZero();
  }

  private void checkWrites(TensorView part, TensorView whole, int[] places) {
    int[] expected = new int[(int) whole.elementCount()];
    whole.copyTo(0, expected, 0, expected.length);
    int from = random.nextInt(places.length);
    int[] source = random.ints(places.length - from + 2).toArray();
    part.copyFrom(from, source, 1, places.length - from);
    for (int index = from; index < places.length; index++) {
      expected[places[index]] = source[1 + index - from];
    }
    part.setInt(0, -5);
    expected[places[0]] = -5;
    int[] actual = new int[expected.length];
    whole.copyTo(0, actual, 0, actual.length);
    assertThat(actual).isEqualTo(expected);
  }

  @RepeatedTest(100)
  void aBoxIsFilledAndCopiedWithoutTouchingTheRest(RepetitionInfo repetition) {
    random = new Random(repetition.getCurrentRepetition());
    Shape shape = randomShape();
    Box box = randomBox(shape);
    int[] places = placesIn(shape, box);
    try (LentViews views = new LentViews(DType.INT16, shape.extents());
        LentViews others = new LentViews(DType.INT16, box.elementCount())) {
      TensorView part = views.view(box, true, randomLease());
      part.fillBytes((byte) 1);
      short[] expected = new short[(int) shape.elementCount()];
      Arrays.stream(places).forEach(place -> expected[place] = 0x0101);
      assertThat(views.tensorBytes().toArray(ValueLayout.JAVA_SHORT)).isEqualTo(expected);
      others.writable().copyFrom(part);
      others.writable().setInt(0, 77);
      part.copyFrom(others.readOnly());
      expected[places[0]] = 77;
      assertThat(views.tensorBytes().toArray(ValueLayout.JAVA_SHORT)).isEqualTo(expected);
      assertThat(views.isMarginUntouched() && others.isMarginUntouched()).isTrue();
    }
  }

  @Test
  void boxesWithGapsAreCopiedRunByRun() {
    try (LentViews from = new LentViews(DType.UINT8, 6, 7);
        LentViews to = new LentViews(DType.UINT8, 5, 4, 3)) {
      for (int place = 0; place < 42; place++) {
        from.writable().setInt(place, place);
      }
      TensorView source = from.view(box(1, 5, 2, 5), false, LentViews.open());
      TensorView target = to.view(box(1, 3, 1, 3, 0, 3), true, LentViews.open());
      target.copyFrom(source);
      for (int index = 0; index < 12; index++) {
        assertThat(target.getInt(index)).isEqualTo(7 * (1 + index / 3) + 2 + index % 3);
      }
    }
  }

  private static Box box(long... bounds) {
    long[] from = new long[bounds.length / 2];
    long[] to = new long[bounds.length / 2];
    for (int axis = 0; axis < from.length; axis++) {
      from[axis] = bounds[2 * axis];
      to[axis] = bounds[2 * axis + 1];
    }
    return Box.of(from, to);
  }

  @Test
  void tilesOfOneTensorAreCopiedButNotOntoThemselves() {
    try (LentViews views = new LentViews(DType.FLOAT64, 4, 4)) {
      TensorView left = views.view(box(0, 4, 0, 2), true, LentViews.open());
      TensorView right = views.view(box(0, 4, 2, 4), true, LentViews.open());
      TensorView middle = views.view(box(0, 4, 1, 3), true, LentViews.open());
      left.setDouble(5, 1.5);
      right.copyFrom(left);
      assertThat(right.getDouble(5)).isEqualTo(1.5);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> middle.copyFrom(left))
          .withMessageContaining("[0..4, 0..2) can't be copied to")
          .withMessageContaining("copy through an array");
    }
  }

  @Test
  void copiesViewsOfOtherKindsElementByElement() {
    for (DType dtype : DType.values()) {
      try (LentViews from = new LentViews(dtype, 40);
          LentViews to = new LentViews(dtype, 40)) {
        byte[] bits = new byte[(int) from.readOnly().byteSize()];
        for (int at = 0; at < bits.length; at++) {
          bits[at] = (byte) (dtype == DType.BOOL ? at % 2 : at % 8);
        }
        from.tensorBytes().copyFrom(MemorySegment.ofArray(bits));
        to.writable().copyFrom(foreign(from.readOnly()));
        assertThat(to.tensorBytes().toArray(ValueLayout.JAVA_BYTE)).as("%s", dtype).isEqualTo(bits);
      }
    }
  }

  /// A view that is not one of this package.
  private static TensorView foreign(TensorView view) {
    return (TensorView)
        Proxy.newProxyInstance(
            TensorView.class.getClassLoader(),
            new Class<?>[] {TensorView.class},
            (proxy, method, arguments) -> method.invoke(view, arguments));
  }

  @Test
  void copiesOnlyViewsLikeItself() {
    try (LentViews bytes = new LentViews(DType.UINT8, 4);
        LentViews signed = new LentViews(DType.INT8, 4);
        LentViews longer = new LentViews(DType.UINT8, 5)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> bytes.writable().copyFrom(signed.readOnly()))
          .withMessageContaining("takes a view of 4 elements of UINT8, was given 4 of INT8");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> bytes.writable().copyFrom(longer.readOnly()))
          .withMessageContaining("was given 5 of UINT8");
    }
  }

  @Test
  void tellsItsShapeAndIndices() {
    try (LentViews views = new LentViews(DType.UINT8, 5, 6, 7)) {
      TensorView part = views.view(box(1, 3, 2, 6, 0, 7), false, LentViews.open());
      assertThat(part.shape()).isEqualTo(Shape.of(2, 4, 7));
      assertThat(part.dtype()).isEqualTo(DType.UINT8);
      assertThat(part.byteSize()).isEqualTo(56);
      assertThat(part.isContiguous()).isFalse();
      assertThat(part.indexOf(1, 3, 6)).isEqualTo(55);
      assertThat(part).hasToString("image UINT8[5, 6, 7][1..3, 2..6, 0..7)");
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> part.indexOf(1, 4, 0))
          .withMessageContaining("4");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> part.indexOf(1, 2))
          .withMessageContaining("needs 3 coordinates, was given 2");
    }
  }
}
