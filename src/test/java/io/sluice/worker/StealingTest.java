package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What waits behind a worker that is held up (H-55), also while all others sleep (H-56).
class StealingTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void anItemBehindABlockedWorkerIsTakenByOneThatSleeps(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "asleep", 4);
        Blocker blocker = startAllAndBlock(pool)) {
      blocker.awaitRunning();
      assertTaken(pool);
    }
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void anItemBehindABlockedWorkerIsTakenByOneThatNeverRanBefore(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "fresh", 4);
        Blocker blocker = new Blocker(pool, 0)) {
      blocker.awaitRunning();
      assertTaken(pool);
    }
  }

  /// The blocked worker may count as stuck by then, and nobody watches any more.
  @Test
  void itIsTakenAlsoWhenTheWorkerIsBlockedForLong() {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "long", 4)) {
      List<Thread> threads = startAll(pool);
      try (Blocker blocker = new Blocker(pool, 0)) {
        blocker.awaitRunning();
        threads.subList(1, 4).forEach(Await::parked);
        for (int i = 0; i < 100; i++) {
          assertTaken(pool);
        }
      }
    }
  }

  /// The item is left by the worker itself, which blocks only afterwards: what happens when a
  /// completion's drain stages a successor and the delivery behind it is slow.
  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void anItemThatAWorkerLeavesToItselfBeforeItBlocksIsTaken(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "self", 3)) {
      startAll(pool);
      for (int i = 0; i < 50; i++) {
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch returned = new CountDownLatch(1);
        pool.dispatch(
            1,
            TestWork.pinned(() -> {})
                .then(
                    () -> {
                      pool.dispatch(1, TestWork.stealable(taken::countDown));
                      Await.latch(taken, "the item is taken while its worker blocks");
                      returned.countDown();
                    }));
        Await.latch(returned, "the worker comes back");
      }
    }
  }

  @Test
  void anItemIsTakenFromAWorkerThatRunsAStolenOne() {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "chainOfTheft", 3);
        Blocker blocker = startAllAndBlock(pool)) {
      blocker.awaitRunning();
      AtomicReference<WorkerIdentity> thief = new AtomicReference<>();
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch second = new CountDownLatch(1);
      pool.dispatch(
          0,
          new TestWork(
              true,
              worker -> {
                thief.set(worker);
                inside.countDown();
                Await.latch(second, "the item behind the thief");
              },
              worker -> {}));
      Await.latch(inside, "the theft");
      pool.dispatch(thief.get().index(), TestWork.stealable(second::countDown));
      Await.latch(second, "the item behind the thief");
    }
  }

  /// Worker 2 has the watch, since who sleeps with the highest number is appointed, and is given an
  /// item of its own at once.
  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void anItemIsTakenAlsoWhenTheWatcherGetsHeldUpItself(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "handover", 3)) {
      List<Thread> threads = startAll(pool);
      for (int i = 0; i < 50; i++) {
        threads.forEach(Await::parked);
        CountDownLatch taken = new CountDownLatch(1);
        Runnable blocks = () -> Await.latch(taken, "the item is taken by the third worker");
        CountDownLatch over = new CountDownLatch(2);
        pool.dispatch(
            0,
            TestWork.pinned(() -> {})
                .then(
                    () -> {
                      pool.dispatch(0, TestWork.stealable(taken::countDown));
                      pool.dispatch(2, TestWork.pinned(blocks).then(over::countDown));
                      blocks.run();
                      over.countDown();
                    }));
        Await.latch(over, "both workers come back");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void anItemForOneWorkerOnlyWaitsForIt(ThreadKind kind) throws InterruptedException {
    try (WorkerPool pool = WorkerPools.create(kind, "pinned", 4);
        Blocker blocker = startAllAndBlock(pool)) {
      Thread owner = blocker.awaitRunning();
      AtomicReference<Thread> runner = new AtomicReference<>();
      CountDownLatch ran = new CountDownLatch(1);
      pool.dispatch(
          0, TestWork.pinned(() -> runner.set(Thread.currentThread())).then(ran::countDown));
      assertThat(Await.staysShut(ran, 50)).as("nobody else runs it").isTrue();
      blocker.release();
      Await.latch(ran, "its worker runs it");
      assertThat(runner).hasValue(owner);
    }
  }

  @Test
  void aChainWakesAWatcherAndNotTheWholePool() {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "storm", 64)) {
      List<Thread> threads = startAll(pool);
      threads.forEach(Await::parked);
      long[] before = waits(threads);
      CountDownLatch done = new CountDownLatch(1);
      pool.dispatch(0, link(pool, 50_000, done));
      Await.latch(done, "the chain");
      long[] after = waits(threads);
      Arrays.setAll(after, i -> after[i] - before[i]);
      assertThat(Arrays.stream(after).filter(waits -> waits > 0).count())
          .as("workers that woke up")
          .isLessThan(16);
    }
  }

  private static Work link(WorkerPool pool, int left, CountDownLatch done) {
    return TestWork.stealable(() -> {})
        .then(
            () -> {
              if (left == 0) {
                done.countDown();
              } else {
                pool.dispatch(0, link(pool, left - 1, done));
              }
            });
  }

  private static long[] waits(List<Thread> threads) {
    return threads.stream()
        .mapToLong(thread -> THREADS.getThreadInfo(thread.threadId()).getWaitedCount())
        .toArray();
  }

  /// Stages an item on worker 0 and waits until another one has run it.
  private static void assertTaken(WorkerPool pool) {
    AtomicReference<WorkerIdentity> thief = new AtomicReference<>();
    CountDownLatch ran = new CountDownLatch(1);
    pool.dispatch(0, new TestWork(true, thief::set, worker -> ran.countDown()));
    Await.latch(ran, "another worker runs it");
    assertThat(thief.get().index()).isNotZero();
  }

  private static Blocker startAllAndBlock(WorkerPool pool) {
    startAll(pool);
    return new Blocker(pool, 0);
  }

  private static List<Thread> startAll(WorkerPool pool) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < pool.workerCount(); i++) {
      CountDownLatch ran = new CountDownLatch(1);
      pool.dispatch(
          i, TestWork.pinned(() -> threads.add(Thread.currentThread())).then(ran::countDown));
      Await.latch(ran, "worker " + i + " starts");
    }
    return threads;
  }
}
