package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.TensorSlice;
import io.sluice.task.UserTensor;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Long chains, wide fans and long-lived tensors: no deep stack, no growth.
@Timeout(180)
class LongRunTest {
  private static final int MILLION = 1_000_000;

  private final TestEngine test = TestEngine.ofKibibytes(64);
  private final Run run = test.program();
  private final Source source = test.source(run);

  private void keepNothing() {
    test.keepsNothing = true;
  }

  private void assertNothingIsLeft() {
    test.engine.noMoreSources(run);
    test.delivered(run, run.undeliveredCount());
    test.engine.cancel(run);
    test.engine.closed(run);
    assertThat(test.engine.liveSlotCount()).isZero();
    assertThat(test.engine.heap().usedBytes()).isZero();
    assertThat(test.engine.isQuiescent()).isTrue();
    test.engine.drain("drain");
    test.engine.settle();
  }

  @Test
  void aChainOfAMillionRuns() {
    keepNothing();
    UserTensor tensor = TestEngine.userTensor(test.engine, 10);
    Task task = call("link").inout(tensor);
    for (int i = 0; i < MILLION; i++) {
      test.engine.submit(source, task);
    }
    test.completeAll();
    assertThat(test.completedCount).isEqualTo(MILLION);
    assertNothingIsLeft();
  }

  /// H-29
  @Test
  void aChainOfAMillionFailsWithItsHead() {
    keepNothing();
    UserTensor tensor = TestEngine.userTensor(test.engine, 10);
    Task task = call("link").inout(tensor);
    for (int i = 0; i < MILLION; i++) {
      test.engine.submit(source, task);
    }
    test.fail(test.running.getFirst().slot(), new IllegalStateException("head"));
    assertThat(test.engine.totals().failedCount()).isEqualTo(MILLION);
    assertNothingIsLeft();
  }

  @Test
  void aMillionReadersOfOneTaskRunOrFailWithIt() {
    keepNothing();
    Tensor tensor = kibibytes(1);
    test.engine.submit(source, call("head").out(tensor));
    Task reader = call("reader").in(tensor);
    for (int i = 0; i < MILLION; i++) {
      test.engine.submit(source, reader);
    }
    test.fail(test.running.getFirst().slot(), new IllegalStateException("head"));
    assertThat(test.engine.totals().failedCount()).isEqualTo(MILLION + 1);
    test.engine.submit(source, call("head").out(tensor));
    for (int i = 0; i < MILLION; i++) {
      test.engine.submit(source, reader);
    }
    test.completeAll();
    assertThat(test.completedCount).isEqualTo(MILLION + 1);
    assertNothingIsLeft();
  }

  @Test
  void cancellingARunOfAMillionPendingTasksIsOneStep() {
    keepNothing();
    UserTensor tensor = TestEngine.userTensor(test.engine, 10);
    Task task = call("link").inout(tensor);
    for (int i = 0; i < MILLION; i++) {
      test.engine.submit(source, task);
    }
    test.engine.cancel(run);
    assertThat(test.engine.totals().cancelledCount()).isEqualTo(MILLION - 1);
    test.completeAll();
    assertNothingIsLeft();
  }

  @Test
  void tenMillionReadsOfOneUserOwnedTensorLeaveNoRecords() {
    keepNothing();
    UserTensor tensor = TestEngine.userTensor(test.engine, 1_024);
    Task read = call("read").in(tensor);
    for (int i = 0; i < 10 * MILLION; i++) {
      test.engine.submit(source, read);
      test.complete(test.running.getFirst());
      deliver();
    }
    Version version = test.engine.version(tensor);
    assertThat(version.count(Layer.READERS) + version.count(Layer.WRITERS)).isZero();
    assertNothingIsLeft();
  }

  private void deliver() {
    test.delivered(run, 1);
  }

  @Test
  void tenMillionTileWritesToOneUserOwnedTensorLeaveNoRecords() {
    keepNothing();
    UserTensor tensor = TestEngine.userTensor(test.engine, 64, 16);
    Task[] tiles = new Task[64];
    for (int row = 0; row < 64; row++) {
      TensorSlice tile = tensor.rows(row, row + 1);
      tiles[row] = call("tile").out(tile);
    }
    Version version = test.engine.version(tensor);
    int most = 0;
    for (int i = 0; i < 10 * MILLION; i++) {
      test.engine.submit(source, tiles[i & 63]);
      if (test.running.size() == 2) {
        test.complete(test.running.getFirst());
        deliver();
      }
      most = Math.max(most, version.count(Layer.WRITERS) + version.count(Layer.READERS));
    }
    test.completeAll();
    assertThat(most).isLessThanOrEqualTo(2);
    assertThat(version.count(Layer.WRITERS) + version.count(Layer.READERS)).isZero();
    assertNothingIsLeft();
  }

  /// H-09: each step of an endless stream reads what the one before made; none keeps the first alive.
  @Test
  void anEndlessChainOfVersionsKeepsNoneOfItsPast() throws InterruptedException {
    Run stream = test.program();
    Source steps = test.source(stream);
    Tensor state = Tensor.of(DType.UINT8, 1024);
    Slot slot = test.admit(steps, call("first").out(state));
    WeakReference<Slot> first = new WeakReference<>(slot);
    Task before = slot.task();
    test.complete(slot);
    keepNothing();
    test.admitted.clear();
    test.completed.clear();
    test.events.clear();
    slot = null;
    for (int i = 0; i < 1_000; i++) {
      Task next = call("next").in(state).out(state).after(before);
      test.engine.submit(steps, next);
      before = next;
      test.complete(test.running.getFirst());
    }
    for (int i = 0; i < 50 && first.get() != null; i++) {
      System.gc();
    }
    assertThat(first.get()).isNull();
    assertThat(before.name()).isEqualTo("next");
  }
}
