package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.error.ResultClosedException;
import io.sluice.task.DType;
import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// A lease that ends when the last one who is inside has left.
class CountedLeaseTest {
  private final AtomicInteger ends = new AtomicInteger();
  private final Lease lease = Lease.counted(() -> "the kernel has ended", ends::incrementAndGet);

  private static final List<Consumer<TensorView>> WRITES =
      List.of(
          view -> view.setInt(0, 1),
          view -> view.setLong(0, 1),
          view -> view.setFloat(0, 1),
          view -> view.setDouble(0, 1),
          view -> view.setBoolean(0, true),
          view -> view.copyFrom(0, new byte[1], 0, 1),
          view -> view.fillBytes((byte) 1),
          view -> view.withSegment(MemorySegment::byteSize));

  @Test
  void withNobodyInsideItEndsAtOnceAndOnce() {
    lease.close();
    lease.close();
    assertThat(ends).hasValue(1);
    assertThatExceptionOfType(ResultClosedException.class)
        .isThrownBy(lease::enter)
        .withMessage("the kernel has ended");
  }

  @Test
  void theLastToLeaveEndsIt() {
    lease.enter();
    lease.enter();
    lease.close();
    assertThat(lease.isOpen()).isFalse();
    lease.leave();
    assertThat(ends).hasValue(0);
    assertThatExceptionOfType(ResultClosedException.class).isThrownBy(lease::enter);
    lease.leave();
    assertThat(ends).hasValue(1);
  }

  @Test
  void eachWayToWriteLeavesAgain() {
    try (LentViews views = new LentViews(DType.UINT8, 4)) {
      for (Consumer<TensorView> write : WRITES) {
        write.accept(views.view(views.whole(), true, lease));
      }
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> views.view(views.whole(), true, lease).setInt(4, 1));
      lease.close();
      assertThat(ends).as("nobody is inside").hasValue(1);
      for (Consumer<TensorView> write : WRITES) {
        assertThatExceptionOfType(ResultClosedException.class)
            .isThrownBy(() -> write.accept(views.view(views.whole(), true, lease)));
      }
    }
  }

  @Test
  void whatThrowsInsideLeavesAsWell() {
    try (LentViews views = new LentViews(DType.UINT8, 4)) {
      assertThatExceptionOfType(ArithmeticException.class)
          .isThrownBy(
              () ->
                  views
                      .view(views.whole(), true, lease)
                      .withSegment(
                          segment -> {
                            throw new ArithmeticException();
                          }));
      lease.close();
      assertThat(ends).hasValue(1);
    }
  }

  @Test
  void aViewOfAnotherLeaseIsCopiedInside() {
    try (LentViews views = new LentViews(DType.UINT8, 4);
        LentViews others = new LentViews(DType.UINT8, 4)) {
      views.view(views.whole(), true, lease).copyFrom(others.readOnly());
      lease.close();
      assertThat(ends).hasValue(1);
    }
  }

  /// Writers on another thread while the lease ends: behind its end no byte changes.
  @Test
  void behindTheEndNoWriterTouchesAByte() throws Exception {
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try (LentViews views = new LentViews(DType.UINT8, 256)) {
      byte[] ones = new byte[256];
      Arrays.fill(ones, (byte) 1);
      for (int round = 0; round < 2_000; round++) {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        Lease racing = Lease.counted(() -> "ended", ended::countDown);
        TensorView view = views.view(views.whole(), true, racing);
        Future<?> writes = writer.submit(() -> writeToTheEnd(view, ones, writing));
        assertThat(writing.await(60, TimeUnit.SECONDS)).isTrue();
        racing.close();
        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        views.tensorBytes().fill((byte) 0);
        writes.get(60, TimeUnit.SECONDS);
        assertThat(views.tensorBytes().mismatch(MemorySegment.ofArray(new byte[256])))
            .isEqualTo(-1);
      }
    } finally {
      writer.shutdownNow();
    }
  }

  private static void writeToTheEnd(TensorView view, byte[] ones, CountDownLatch writing) {
    try {
      while (true) {
        view.copyFrom(0, ones, 0, ones.length);
        view.setInt(7, 3);
        writing.countDown();
      }
    } catch (ResultClosedException expected) {
      // the lease has ended
    }
  }
}
