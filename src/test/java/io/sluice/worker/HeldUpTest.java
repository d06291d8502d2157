package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Items that wait outside the pool for a worker that is busy: somebody sees that it is held up (H-55,
/// H-56).
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HeldUpTest {
  private final Queue<Integer> told = new ConcurrentLinkedQueue<>();

  private WorkerPool pool(int workerCount) {
    return WorkerPools.create(ThreadKind.COMPUTE, "held", workerCount, told::add);
  }

  private static void run(WorkerPool pool, int worker) {
    CountDownLatch ran = new CountDownLatch(1);
    pool.dispatch(worker, TestWork.pinned(() -> {}).then(ran::countDown));
    Await.latch(ran, "an item");
  }

  @Test
  void whoIsInsideOneItemForLongIsToldOnce() {
    try (WorkerPool pool = pool(3);
        Blocker blocker = new Blocker(pool, 1)) {
      blocker.awaitRunning();
      pool.watch();
      Await.until(() -> !told.isEmpty(), "somebody tells");
      for (int i = 0; i < 100; i++) {
        pool.watch();
      }
      assertThat(told).containsExactly(1);
    }
  }

  @Test
  void itIsToldOfTheNextItemAgain() {
    try (WorkerPool pool = pool(2)) {
      for (int i = 1; i <= 20; i++) {
        int count = i;
        try (Blocker blocker = new Blocker(pool, 0)) {
          blocker.awaitRunning();
          pool.watch();
          Await.until(() -> told.size() >= count, "somebody tells of item " + i);
        }
        run(pool, 0);
      }
      assertThat(told).containsOnly(0);
    }
  }

  /// Its thread is another worker's, but the item is that worker's of whom the scheduler knows.
  @Test
  void aStolenItemIsToldAsItsOwners() {
    try (WorkerPool pool = pool(2);
        Blocker owner = new Blocker(pool, 0)) {
      owner.awaitRunning();
      pool.watch();
      Await.until(() -> told.contains(0), "the owner is held up");
      told.clear();
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      pool.dispatch(
          0,
          TestWork.stealable(
              () -> {
                inside.countDown();
                Await.latch(release, "the release");
              }));
      Await.latch(inside, "the theft");
      pool.watch();
      Await.until(() -> !told.isEmpty(), "somebody tells of the stolen item");
      release.countDown();
      assertThat(told).containsOnly(0);
    }
  }

  /// A worker that is started to keep the watch, and given an item before it looks, leaves the watch.
  @RepeatedTest(50)
  void whoIsStartedToWatchAndGetsHeldUpItselfIsToldByTheNextSleeper() {
    try (WorkerPool pool = pool(2);
        Blocker first = new Blocker(pool, 0)) {
      first.awaitRunning();
      pool.watch();
      try (Blocker second = new Blocker(pool, 1)) {
        second.awaitRunning();
        pool.watch();
        first.release();
        Await.until(() -> told.contains(1), "the one that went to sleep tells");
      }
    }
  }

  /// Nothing lies behind the first, but it was said that items wait outside.
  @RepeatedTest(10)
  void aWatcherThatIsGivenAnItemLeavesItsWatchToAnotherSleeper() {
    try (WorkerPool pool = pool(3)) {
      startAll(pool).forEach(Await::parked);
      try (Blocker first = new Blocker(pool, 0)) {
        first.awaitRunning();
        pool.watch();
        try (Blocker second = new Blocker(pool, 2)) {
          second.awaitRunning();
          Await.until(() -> told.contains(0), "somebody tells");
        }
      }
    }
  }

  private static List<Thread> startAll(WorkerPool pool) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < pool.workerCount(); i++) {
      try (Blocker blocker = new Blocker(pool, i)) {
        threads.add(blocker.awaitRunning());
      }
    }
    return threads;
  }

  @Test
  void nobodyIsToldAsLongAsNothingWaitsOutside() {
    try (WorkerPool pool = pool(2);
        Blocker blocker = new Blocker(pool, 0)) {
      blocker.awaitRunning();
      CountDownLatch taken = new CountDownLatch(1);
      pool.dispatch(0, TestWork.stealable(taken::countDown));
      Await.latch(taken, "the item behind the blocker");
      assertThat(told).isEmpty();
    }
  }

  @Test
  void onlyPlatformThreadsThatComputeAreWatchedOverAndOnlySeveral() {
    try (WorkerPool one = pool(1);
        WorkerPool two = pool(2);
        WorkerPool loaders = WorkerPools.create(ThreadKind.BLOCKING, "loaders", 2);
        WorkerPool virtual = WorkerPools.create(ThreadKind.VIRTUAL, "virtual", 2)) {
      assertThat(one.canWatch()).isFalse();
      assertThat(two.canWatch()).isTrue();
      assertThat(loaders.canWatch()).isFalse();
      assertThat(virtual.canWatch()).isFalse();
    }
  }
}
