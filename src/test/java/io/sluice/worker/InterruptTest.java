package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An interrupt reaches the kernel that it is meant for, and nothing else on that thread.
class InterruptTest {

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void aKernelThatBlocksIsInterrupted(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "blocked", 2)) {
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch done = new CountDownLatch(1);
      AtomicBoolean interrupted = new AtomicBoolean();
      AtomicBoolean flagAfterwards = new AtomicBoolean(true);
      Work work =
          TestWork.pinned(
                  () -> {
                    inside.countDown();
                    interrupted.set(blockUntilInterrupted());
                    Thread.currentThread().interrupt();
                  })
              .then(
                  () -> {
                    flagAfterwards.set(Thread.currentThread().isInterrupted());
                    done.countDown();
                  });
      pool.dispatch(0, work);
      Await.latch(inside, "the kernel starts");
      assertThat(pool.interrupt(work)).isTrue();
      Await.latch(done, "the kernel ends");
      assertThat(interrupted).isTrue();
      assertThat(flagAfterwards).as("flag behind the kernel").isFalse();
    }
  }

  private static boolean blockUntilInterrupted() {
    try {
      new CountDownLatch(1).await(60, TimeUnit.SECONDS);
      return false;
    } catch (InterruptedException expected) {
      return true;
    }
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void aWaitingItemAndADeliveryAreOutOfReach(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "reach", 1)) {
      CountDownLatch delivering = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      CountDownLatch done = new CountDownLatch(1);
      Work first =
          TestWork.pinned(() -> {})
              .then(
                  () -> {
                    delivering.countDown();
                    Await.latch(release, "release");
                  });
      Work second = TestWork.pinned(() -> {}).then(done::countDown);
      pool.dispatch(0, first);
      Await.latch(delivering, "the delivery");
      pool.dispatch(0, second);
      assertThat(pool.interrupt(first)).as("delivering").isFalse();
      assertThat(pool.interrupt(second)).as("waiting").isFalse();
      release.countDown();
      Await.latch(done, "the second item");
      assertThat(pool.interrupt(second)).as("gone").isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void amongManyShortItemsOnlyTheOneMeantIsInterrupted(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "short", 2)) {
      Volley volley = new Volley(pool, 100_000);
      volley.next();
      while (volley.over.getCount() > 0) {
        volley.shoot();
      }
      Await.latch(volley.over, "the last item");
      assertThat(volley.wrongHits).hasValue(0);
      assertThat(volley.shots.get()).as("shots that hit").isPositive();
    }
  }

  /// A chain of short items, every other one of which may be shot at.
  private static final class Volley {
    private final WorkerPool pool;
    private final AtomicReference<Work> target = new AtomicReference<>();
    private int left;
    final AtomicInteger shots = new AtomicInteger();
    final AtomicInteger wrongHits = new AtomicInteger();
    final CountDownLatch over = new CountDownLatch(1);

    Volley(WorkerPool pool, int count) {
      this.pool = pool;
      this.left = count;
    }

    void shoot() {
      Work meant = target.get();
      if (meant != null && pool.interrupt(meant)) {
        shots.incrementAndGet();
      }
    }

    void next() {
      if (left-- == 0) {
        over.countDown();
      } else {
        pool.dispatch(0, left % 2 == 0 ? meant() : other());
      }
    }

    private Work meant() {
      return new TestWork(true, worker -> linger(), worker -> checkAndGoOn());
    }

    private Work other() {
      TestWork meant = (TestWork) meant();
      return new TestWork(true, worker -> checkFlag(), worker -> aimAndGoOn(meant));
    }

    private void aimAndGoOn(Work meant) {
      checkFlag();
      target.set(meant);
      left--;
      pool.dispatch(0, meant);
    }

    private void checkAndGoOn() {
      checkFlag();
      next();
    }

    private void checkFlag() {
      if (Thread.currentThread().isInterrupted()) {
        wrongHits.incrementAndGet();
      }
    }

    private static void linger() {
      for (int i = 0; i < 20; i++) {
        Thread.onSpinWait();
      }
    }
  }
}
