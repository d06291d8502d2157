package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
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

  /// What follows from an item, as a subscriber that blocks, keeps its worker from the watch as much as the item.
  @Test
  void whoIsInWhatFollowsFromAnItemIsNotAtHand() {
    try (WorkerPool pool = pool(2)) {
      assertThat(pool.isAtHand(0)).as("before its first item").isTrue();
      try (Blocker blocker = new Blocker(pool, 0)) {
        blocker.awaitRunning();
        assertThat(pool.isAtHand(0)).isFalse();
        assertThat(pool.isAtHand(1)).as("the other one").isTrue();
        pool.watch();
        Await.until(() -> !told.isEmpty(), "somebody tells");
        assertThat(pool.isAtHand(0)).as("away").isFalse();
      }
      Await.until(() -> pool.isAtHand(0), "it is through");
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

  /// The scheduler may have thought it idle when it was told first, as behind a completion.
  @Test
  void itIsToldAgainWhenAnItemForItAloneIsPutBehind() {
    try (WorkerPool pool = pool(2);
        Blocker blocker = new Blocker(pool, 0)) {
      blocker.awaitRunning();
      pool.watch();
      Await.until(() -> told.contains(0), "somebody tells");
      told.clear();
      CountDownLatch ran = new CountDownLatch(1);
      pool.dispatch(0, TestWork.pinned(ran::countDown));
      Await.until(() -> told.contains(0), "somebody tells again");
      assertThat(ran.getCount()).isOne();
    }
  }

  /// What the thief runs is another's; what waits behind that is its own.
  @Test
  void aThiefIsToldWhenAnItemForItAloneIsPutBehind() {
    try (WorkerPool pool = pool(3);
        Blocker owner = new Blocker(pool, 0)) {
      owner.awaitRunning();
      CountDownLatch release = new CountDownLatch(1);
      AtomicReference<WorkerIdentity> thief = new AtomicReference<>();
      pool.dispatch(
          0, new TestWork(true, thief::set, worker -> Await.latch(release, "the release")));
      Await.until(() -> thief.get() != null, "the theft");
      pool.watch();
      pool.dispatch(thief.get().index(), TestWork.pinned(() -> {}));
      Await.until(() -> told.contains(thief.get().index()), "somebody tells of the thief");
      release.countDown();
    }
  }

  /// Items come to wait outside only when one lies behind already.
  @Test
  void itIsToldOfWhatWasPutBehindBefore() {
    try (WorkerPool pool = pool(3);
        Blocker owner = new Blocker(pool, 0)) {
      owner.awaitRunning();
      CountDownLatch release = new CountDownLatch(1);
      AtomicReference<WorkerIdentity> thief = new AtomicReference<>();
      pool.dispatch(
          0, new TestWork(true, thief::set, worker -> Await.latch(release, "the release")));
      Await.until(() -> thief.get() != null, "the theft");
      pool.dispatch(thief.get().index(), TestWork.pinned(() -> {}));
      pool.watch();
      Await.until(() -> told.contains(thief.get().index()), "somebody tells of the thief");
      release.countDown();
    }
  }

  /// Who tells may drain, and run a subscriber that blocks.
  @RepeatedTest(10)
  void whatIsHandedToWhoTellsIsTakenByAnother() {
    AtomicReference<WorkerIdentity> teller = new AtomicReference<>();
    CountDownLatch release = new CountDownLatch(1);
    IntConsumer blocksOnce =
        worker -> {
          if (teller.compareAndSet(null, WorkerIdentity.current())) {
            Await.latch(release, "the release");
          }
        };
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "held", 3, blocksOnce);
        Blocker blocker = new Blocker(pool, 0)) {
      blocker.awaitRunning();
      pool.watch();
      Await.until(() -> teller.get() != null, "a worker tells");
      CountDownLatch ran = new CountDownLatch(1);
      pool.dispatch(teller.get().index(), TestWork.stealable(ran::countDown));
      Await.latch(ran, "another takes the item");
      release.countDown();
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
