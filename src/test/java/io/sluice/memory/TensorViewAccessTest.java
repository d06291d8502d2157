package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.sluice.error.ResultClosedException;
import io.sluice.task.Box;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.TensorView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// What a view refuses: an access behind its end, beyond its bounds, of another type, or a write.
class TensorViewAccessTest {
  private static final Box TILE = Box.of(new long[] {1, 1}, new long[] {3, 3});
  private static final Box ROWS = Box.of(new long[] {1, 0}, new long[] {3, 4});

  private static Map<String, Consumer<TensorView>> elementReads() {
    return new TreeMap<>(
        Map.of(
            "getFloat", view -> view.getFloat(0),
            "getDouble", view -> view.getDouble(0),
            "getInt", view -> view.getInt(0),
            "getLong", view -> view.getLong(0),
            "getBoolean", view -> view.getBoolean(0)));
  }

  private static Map<String, Consumer<TensorView>> writes() {
    return new TreeMap<>(
        Map.of(
            "setFloat", view -> view.setFloat(0, 1),
            "setDouble", view -> view.setDouble(0, 1),
            "setInt", view -> view.setInt(0, 1),
            "setLong", view -> view.setLong(0, 1),
            "setBoolean", view -> view.setBoolean(0, true),
            "copyFrom array", view -> view.copyFrom(0, new float[1], 0, 1),
            "fillBytes", view -> view.fillBytes((byte) 1),
            "copyFrom view", TensorViewAccessTest::copyFromAnother));
  }

  private static void copyFromAnother(TensorView view) {
    try (LentViews others = new LentViews(DType.FLOAT32, view.elementCount())) {
      view.copyFrom(others.readOnly());
    }
  }

  private static void copyToAnother(TensorView view) {
    try (LentViews others = new LentViews(DType.FLOAT32, view.elementCount())) {
      others.writable().copyFrom(view);
    }
  }

  private static Map<String, Consumer<TensorView>> reads() {
    Map<String, Consumer<TensorView>> reads = elementReads();
    reads.put("copyTo array", view -> view.copyTo(0, new float[1], 0, 1));
    reads.put("copied to another view", TensorViewAccessTest::copyToAnother);
    return reads;
  }

  @Test
  void everyAccessBehindTheEndNamesTheTask() {
    try (LentViews views = new LentViews(DType.FLOAT32, 4, 4)) {
      for (Lease lease : List.of(LentViews.open(), LentViews.shared())) {
        for (Box box : List.of(ROWS, TILE)) {
          TensorView view = views.view(box, true, lease);
          lease.close();
          assertEnded(reads(), view);
          assertEnded(writes(), view);
        }
      }
      Lease lease = LentViews.shared();
      TensorView view = views.view(ROWS, true, lease);
      lease.close();
      assertEnded(Map.of("withSegment", v -> v.withSegment(MemorySegment::byteSize)), view);
      assertThat(view.shape()).as("what it is can still be asked").isEqualTo(Shape.of(2, 4));
    }
  }

  private static void assertEnded(Map<String, Consumer<TensorView>> accesses, TensorView view) {
    accesses.forEach(
        (name, access) ->
            assertThatExceptionOfType(ResultClosedException.class)
                .as(name)
                .isThrownBy(() -> access.accept(view))
                .withMessageContaining("task 'blur'"));
  }

  /// A lease that ends between the bytes and the second look at it.
  private static final class EndsInBetween extends Lease {
    EndsInBetween(Thread thread) {
      super(thread, () -> "the result of task 'blur' is closed");
    }

    @Override
    void checkAfterRead() {
      close();
      super.checkAfterRead();
    }
  }

  @Test
  void whatWasReadFromAFreedSlabIsNeverReturned() {
    try (LentViews views = new LentViews(DType.FLOAT32, 4, 4)) {
      for (Thread thread : new Thread[] {null, new Thread(() -> {})}) {
        for (Box box : List.of(ROWS, TILE)) {
          reads()
              .forEach(
                  (name, read) ->
                      assertThatExceptionOfType(ResultClosedException.class)
                          .as(name)
                          .isThrownBy(
                              () -> read.accept(views.view(box, true, new EndsInBetween(thread))))
                          .withMessageContaining("task 'blur'"));
        }
        assertThatExceptionOfType(ResultClosedException.class)
            .isThrownBy(
                () ->
                    views
                        .view(ROWS, true, new EndsInBetween(thread))
                        .withSegment(MemorySegment::byteSize));
      }
    }
  }

  @Test
  void anArrayThatWasReadFromAFreedSlabIsWiped() {
    try (LentViews views = new LentViews(DType.FLOAT32, 4, 4)) {
      views.writable().fillBytes((byte) 1);
      float[] target = {7, 7, 7, 7};
      TensorView view = views.view(TILE, false, new EndsInBetween(null));
      assertThatExceptionOfType(ResultClosedException.class)
          .isThrownBy(() -> view.copyTo(0, target, 1, 2));
      assertThat(target).containsExactly(7, 0, 0, 7);
    }
  }

  /// The region goes as soon as the last lease has ended: between the look at it and the bytes.
  @Test
  void aRegionThatIsGoneReadsAsClosed() {
    Lease lease =
        new Lease(null, () -> "the result of task 'blur' is closed") {
          @Override
          void checkOpen() {
            super.checkOpen();
            close();
          }
        };
    StoredTensor tensor = new StoredTensor("t", DType.FLOAT32, Shape.of(4), 0);
    assertEnded(Map.of("getFloat", view -> view.getFloat(0)), viewOfGone(tensor, lease));
  }

  private static TensorView viewOfGone(StoredTensor tensor, Lease lease) {
    try (Arena gone = Arena.ofShared()) {
      return TensorViews.whole(gone.allocate(64, 8), tensor, false, lease);
    }
  }

  @Test
  void aReadOnlyViewRefusesEveryWriteAndSaysWhy() {
    try (LentViews views = new LentViews(DType.FLOAT32, 4, 4)) {
      for (Box box : List.of(ROWS, TILE)) {
        TensorView view = views.view(box, false, LentViews.open());
        assertThat(view.isWritable()).isFalse();
        writes()
            .forEach(
                (name, write) ->
                    assertThatExceptionOfType(UnsupportedOperationException.class)
                        .as(name)
                        .isThrownBy(() -> write.accept(view))
                        .withMessage(
                            "image FLOAT32[4, 4]%s only reads: it is an input, or yielded by a"
                                + " result; name it OUT or INOUT to write",
                            box));
      }
      assertThat(views.readOnly().withSegment(MemorySegment::isReadOnly)).isTrue();
    }
  }

  @Test
  void anIndexOutsideIsRefusedWithItsNumbers() {
    try (LentViews views = new LentViews(DType.FLOAT32, 4, 4)) {
      for (Box box : List.of(ROWS, TILE)) {
        TensorView view = views.view(box, true, LentViews.open());
        long count = view.elementCount();
        for (long index : new long[] {-1, count, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE}) {
          assertOutside(() -> view.getFloat(index), index, count);
          assertOutside(() -> view.setInt(index, 1), index, count);
        }
        assertOutside(() -> view.copyTo(count - 1, new float[9], 0, 2), count - 1, count);
        assertOutside(() -> view.copyTo(0, new float[9], 8, 2), 8, 9);
        assertOutside(() -> view.copyTo(0, new float[9], 0, -1), -1, 9);
        assertOutside(() -> view.copyFrom(-1, new float[9], 0, 1), -1, count);
      }
      assertThat(views.isMarginUntouched()).isTrue();
    }
  }

  private static void assertOutside(Runnable access, long index, long count) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(access::run)
        .withMessageContaining("" + index)
        .withMessageContaining("" + count);
  }

  @Test
  void bulkCopiesTakeOnlyTheArrayOfTheirSizeAndKind() {
    for (DType dtype : DType.values()) {
      try (LentViews views = new LentViews(dtype, 2)) {
        TensorView view = views.writable();
        Map<String, Runnable> copies =
            Map.of(
                "float[]", () -> copyBoth(view, new float[2]),
                "double[]", () -> copyBoth(view, new double[2]),
                "byte[]", () -> copyBoth(view, new byte[2]),
                "short[]", () -> copyBoth(view, new short[2]),
                "int[]", () -> copyBoth(view, new int[2]),
                "long[]", () -> copyBoth(view, new long[2]));
        String fitting = arrayOf(dtype);
        copies.forEach((array, copy) -> assertCopies(dtype, array, fitting, copy));
      }
    }
  }

  private static void assertCopies(DType dtype, String array, String fitting, Runnable copy) {
    if (array.equals(fitting)) {
      copy.run();
      return;
    }
    assertThatIllegalArgumentException()
        .as("%s of %s", array, dtype)
        .isThrownBy(copy::run)
        .withMessageContaining(
            "are %s and bulk copies don't convert: use a %s, not a %s", dtype, fitting, array);
  }

  private static String arrayOf(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> "float[]";
      case FLOAT64 -> "double[]";
      default ->
          List.of("byte[]", "short[]", "int[]", "long[]")
              .get(Integer.numberOfTrailingZeros(dtype.byteSize()));
    };
  }

  private static void copyBoth(TensorView view, float[] array) {
    view.copyTo(0, array, 0, 2);
    view.copyFrom(0, new float[] {1, 2}, 0, 2);
    view.copyTo(0, array, 0, 2);
    assertThat(array).containsExactly(1, 2);
  }

  private static void copyBoth(TensorView view, double[] array) {
    view.copyTo(0, array, 0, 2);
    view.copyFrom(0, new double[] {1, 2}, 0, 2);
    view.copyTo(0, array, 0, 2);
    assertThat(array).containsExactly(1, 2);
  }

  private static void copyBoth(TensorView view, byte[] array) {
    view.copyTo(0, array, 0, 2);
    view.copyFrom(0, new byte[] {1, 2}, 0, 2);
    view.copyTo(0, array, 0, 2);
    assertThat(array).containsExactly(1, 2);
  }

  private static void copyBoth(TensorView view, short[] array) {
    view.copyTo(0, array, 0, 2);
    view.copyFrom(0, new short[] {1, 2}, 0, 2);
    view.copyTo(0, array, 0, 2);
    assertThat(array).containsExactly((short) 1, (short) 2);
  }

  private static void copyBoth(TensorView view, int[] array) {
    view.copyTo(0, array, 0, 2);
    view.copyFrom(0, new int[] {1, 2}, 0, 2);
    view.copyTo(0, array, 0, 2);
    assertThat(array).containsExactly(1, 2);
  }

  private static void copyBoth(TensorView view, long[] array) {
    view.copyTo(0, array, 0, 2);
    view.copyFrom(0, new long[] {1, 2}, 0, 2);
    view.copyTo(0, array, 0, 2);
    assertThat(array).containsExactly(1, 2);
  }

  @Test
  void lendsExactlyItsBytesAsASegment() {
    try (LentViews views = new LentViews(DType.INT16, 4, 4)) {
      TensorView rows = views.view(ROWS, true, LentViews.open());
      long sum =
          rows.<Long>withSegment(
              segment -> {
                segment.setAtIndex(ValueLayout.JAVA_SHORT, 7, (short) 5);
                return segment.byteSize();
              });
      assertThat(sum).isEqualTo(16);
      assertThat(rows.getInt(7)).isEqualTo(5);
      assertThat(views.readOnly().getInt(11)).isEqualTo(5);
    }
  }

  @Test
  void doesNotLendBytesWithGaps() {
    try (LentViews views = new LentViews(DType.INT16, 4, 4)) {
      TensorView tile = views.view(TILE, true, LentViews.open());
      assertThatIllegalStateException()
          .isThrownBy(() -> tile.withSegment(MemorySegment::byteSize))
          .withMessage(
              "image INT16[4, 4][1..3, 1..3) of shape [4, 4] is not contiguous and can't be lent as"
                  + " one segment; copy its elements");
    }
  }

  @Test
  void refusesATensorOutsideTheRegionOrUnaligned() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment region = arena.allocate(64, 8);
      StoredTensor beyond = new StoredTensor("t", DType.INT32, Shape.of(16), 4);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> TensorViews.whole(region, beyond, true, LentViews.open()));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new StoredTensor("t", DType.INT32, Shape.of(4), 2))
          .withMessageContaining("must be a multiple of 4 and not negative, was 2");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new StoredTensor("t", DType.INT32, Shape.of(4), -4));
    }
  }
}
