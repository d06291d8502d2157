package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How pools end: once, after their last item (H-25, H-33).
class PoolCloseTest {

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void aPoolThatWasNeverUsedTerminatesAtOnce(ThreadKind kind) {
    WorkerPool pool = WorkerPools.create(kind, "unused", 3);
    pool.close();
    assertThat(pool.terminated().toCompletableFuture()).isCompleted();
    assertRefused(pool, 0);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void aPoolTerminatesWhenItsLastItemHasReturned(ThreadKind kind) {
    WorkerPool pool = WorkerPools.create(kind, "last", 3);
    AtomicInteger signals = new AtomicInteger();
    pool.terminated().thenRun(signals::incrementAndGet);
    try (Blocker blocker = new Blocker(pool, 0)) {
      blocker.awaitRunning();
      pool.close();
      pool.close();
      assertThat(pool.terminated().toCompletableFuture()).isNotDone();
      assertRefused(pool, 0);
      assertRefused(pool, 1);
    }
    Await.termination(pool);
    pool.close();
    Await.until(() -> signals.get() > 0, "the signal");
    assertThat(signals).hasValue(1);
  }

  @Test
  void sleepersEnd() {
    WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "sleepers", 1);
    Thread[] thread = new Thread[1];
    CountDownLatch ran = new CountDownLatch(1);
    pool.dispatch(
        0, TestWork.pinned(() -> thread[0] = Thread.currentThread()).then(ran::countDown));
    Await.latch(ran, "the item");
    Await.parked(thread[0]);
    pool.close();
    Await.termination(pool);
    Await.until(() -> !thread[0].isAlive(), "the thread ends");
  }

  @Test
  void whatWaitsWhenThePoolClosesStillRuns() {
    WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "waiting", 1);
    CountDownLatch ran = new CountDownLatch(1);
    try (Blocker blocker = new Blocker(pool, 0)) {
      blocker.awaitRunning();
      pool.dispatch(0, TestWork.pinned(ran::countDown));
      pool.close();
    }
    Await.latch(ran, "the item that waited");
    Await.termination(pool);
  }

  @Test
  void whatWaitsBehindABlockedWorkerIsTakenBeforeTheOthersEnd() {
    WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "behind", 2);
    CountDownLatch ran = new CountDownLatch(1);
    try (Blocker blocker = new Blocker(pool, 0);
        Blocker other = new Blocker(pool, 1)) {
      blocker.awaitRunning();
      other.awaitRunning();
      pool.dispatch(0, TestWork.stealable(ran::countDown));
      pool.close();
      other.release();
      Await.latch(ran, "the item behind the worker that is still blocked");
      assertThat(pool.terminated().toCompletableFuture()).isNotDone();
    }
    Await.termination(pool);
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void anItemThatRacesTheCloseEitherRunsOrIsRefused(ThreadKind kind) throws Exception {
    for (int round = 0; round < 2_000; round++) {
      raceOnce(kind, round);
    }
  }

  /// Worker 0 was never used, or spins, or sleeps, or goes to sleep.
  private static void raceOnce(ThreadKind kind, int round) throws Exception {
    WorkerPool pool = WorkerPools.create(kind, "race", 2);
    AtomicInteger ran = new AtomicInteger();
    int accepted = 0;
    if (round % 8 != 0) {
      accepted += dispatch(pool, 0, ran);
      Await.until(() -> ran.get() == 1, "the first item");
    }
    CyclicBarrier start = new CyclicBarrier(2);
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  await(start);
                  pool.close();
                });
    await(start);
    for (int pause = round % 64; pause > 0; pause--) {
      Thread.onSpinWait();
    }
    accepted += dispatch(pool, 0, ran);
    pool.close();
    closer.join(10_000);
    Await.termination(pool);
    assertThat(ran.get()).as("items run in round %s", round).isEqualTo(accepted);
  }

  private static int dispatch(WorkerPool pool, int worker, AtomicInteger ran) {
    try {
      pool.dispatch(worker, TestWork.stealable(ran::incrementAndGet));
      return 1;
    } catch (RejectedExecutionException refused) {
      return 0;
    }
  }

  private static void await(CyclicBarrier start) {
    try {
      start.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void assertRefused(WorkerPool pool, int worker) {
    AtomicInteger ran = new AtomicInteger();
    assertThatThrownBy(() -> pool.dispatch(worker, TestWork.stealable(ran::incrementAndGet)))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining(pool.name());
  }
}
