package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Another thread takes the place of one that is inside an item.
class ReplaceTest {
  private static final int ROUNDS = 2_000;

  private final CountDownLatch inside = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch posted = new CountDownLatch(1);
  private volatile Thread lost;

  private final Work hanging =
      TestWork.pinned(
              () -> {
                lost = Thread.currentThread();
                inside.countDown();
                Await.latch(release, "the release");
              })
          .then(posted::countDown);

  @AfterEach
  void letGo() {
    release.countDown();
  }

  @ParameterizedTest
  @EnumSource(names = {"COMPUTE", "BLOCKING", "VIRTUAL"})
  void theWorkerRunsItemsAgainUnderItsName(ThreadKind kind) {
    WorkerPool pool = WorkerPools.create(kind, "replaced", 1);
    pool.dispatch(0, hanging);
    Await.latch(inside, "the item");
    assertThat(pool.replace(hanging)).isTrue();
    Thread[] thread = new Thread[1];
    CountDownLatch ran = new CountDownLatch(1);
    pool.dispatch(
        0, TestWork.pinned(() -> thread[0] = Thread.currentThread()).then(ran::countDown));
    Await.latch(ran, "the next item");
    assertThat(thread[0]).isNotSameAs(lost);
    assertThat(thread[0].getName()).isEqualTo("sluice-replaced-0");
    pool.close();
    release.countDown();
    Await.termination(pool);
  }

  @Test
  void theOldThreadEndsItsItemAndThenItself() {
    WorkerPool pool = WorkerPools.create(ThreadKind.BLOCKING, "old", 1);
    pool.dispatch(0, hanging);
    Await.latch(inside, "the item");
    assertThat(pool.replace(hanging)).isTrue();
    release.countDown();
    Await.latch(posted, "its completion");
    Await.until(() -> !lost.isAlive(), "the thread ends");
    pool.close();
    Await.termination(pool);
  }

  @Test
  void aPoolTerminatesOnlyWhenTheOldThreadHasLeftItsItem() {
    WorkerPool pool = WorkerPools.create(ThreadKind.BLOCKING, "late", 1);
    pool.dispatch(0, hanging);
    Await.latch(inside, "the item");
    assertThat(pool.replace(hanging)).isTrue();
    pool.close();
    assertThat(pool.terminated().toCompletableFuture()).isNotDone();
    release.countDown();
    Await.termination(pool);
  }

  @Test
  void nobodyIsReplacedTwiceForOneItemNorWhereNoneIsInside() {
    WorkerPool pool = WorkerPools.create(ThreadKind.BLOCKING, "once", 1);
    assertThat(pool.replace(hanging)).as("not dispatched").isFalse();
    pool.dispatch(0, hanging);
    Await.latch(inside, "the item");
    assertThat(pool.replace(hanging)).isTrue();
    assertThat(pool.replace(hanging)).as("again").isFalse();
    release.countDown();
    Await.latch(posted, "its completion");
    assertThat(pool.replace(hanging)).as("gone").isFalse();
    pool.close();
    Await.termination(pool);
  }

  @Test
  void aClosedPoolStartsNoMoreThreads() {
    WorkerPool pool = WorkerPools.create(ThreadKind.BLOCKING, "closed", 1);
    pool.dispatch(0, hanging);
    Await.latch(inside, "the item");
    pool.close();
    assertThat(pool.replace(hanging)).isFalse();
    release.countDown();
    Await.termination(pool);
  }

  /// Items come and go while somebody replaces whoever is inside: each runs once, none is lost.
  @Test
  void eachItemRunsOnceHoweverOftenTheWorkerIsReplaced() {
    WorkerPool pool = WorkerPools.create(ThreadKind.BLOCKING, "often", 1);
    AtomicInteger runs = new AtomicInteger();
    ConcurrentHashMap<Long, AtomicBoolean> threads = new ConcurrentHashMap<>();
    int replaced = 0;
    for (int round = 0; round < ROUNDS; round++) {
      CountDownLatch started = new CountDownLatch(1);
      CountDownLatch ended = new CountDownLatch(1);
      Work item =
          TestWork.pinned(
                  () -> {
                    threads.putIfAbsent(Thread.currentThread().threadId(), new AtomicBoolean());
                    runs.incrementAndGet();
                    started.countDown();
                  })
              .then(ended::countDown);
      pool.dispatch(0, item);
      Await.latch(started, "the item");
      replaced += pool.replace(item) ? 1 : 0;
      Await.latch(ended, "its completion");
    }
    assertThat(runs).hasValue(ROUNDS);
    assertThat(threads.size())
        .as("a thread for each replacement, at most")
        .isLessThanOrEqualTo(replaced + 1);
    pool.close();
    Await.termination(pool);
  }
}
