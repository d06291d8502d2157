package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// What is dispatched runs once, on a worker that may run it.
class DispatchTest {

  @ParameterizedTest(name = "{1} {0} workers, {2} dispatchers, {3} items, seed {4}")
  @CsvSource({
    "COMPUTE,  1, 1, 200000, 1",
    "COMPUTE,  2, 2, 300000, 2",
    "COMPUTE,  4, 1, 300000, 3",
    "BLOCKING, 8, 3, 200000, 4",
    "COMPUTE, 64, 2, 100000, 5",
    "VIRTUAL,  4, 2, 200000, 6"
  })
  void eachItemRunsExactlyOnce(
      ThreadKind kind, int workers, int dispatchers, int items, long seed) {
    WorkerPool pool = WorkerPools.create(kind, "stress", workers);
    TokenScheduler scheduler = new TokenScheduler(pool, items, seed);

    for (int i = 0; i < dispatchers; i++) {
      Thread.ofPlatform().daemon().start(() -> dispatchAll(scheduler));
    }
    Await.latch(scheduler.done, "all items run");
    pool.close();
    Await.termination(pool);

    assertThat(IntStream.range(0, items).allMatch(i -> scheduler.runs.get(i) == 1))
        .as("each item ran once")
        .isTrue();
    assertThat(scheduler.strays).as("pinned items on another worker").hasValue(0);
  }

  @SuppressWarnings("ThreadPriorityCheck")
  private static void dispatchAll(TokenScheduler scheduler) {
    while (!scheduler.isExhausted()) {
      scheduler.pump();
      Thread.yield();
    }
  }

  /// Pinned, so that no other worker makes up for a wake-up that was lost.
  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void noWakeUpIsLostBetweenTwoWorkersThatTakeTurns(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "turns", 2)) {
      PingPong game = new PingPong(pool, 200_000);
      game.start();
      Await.latch(game.over, "the last round");
    }
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void noWakeUpIsLostBetweenAStrangerAndAWorkerThatIsAboutToSleep(ThreadKind kind) {
    try (WorkerPool pool = WorkerPools.create(kind, "stranger", 1)) {
      AtomicInteger ran = new AtomicInteger();
      Work item = TestWork.pinned(ran::incrementAndGet);
      for (int round = 1; round <= 20_000; round++) {
        pool.dispatch(0, item);
        awaitCount(ran, round);
        for (int pause = round % 700; pause > 0; pause--) {
          Thread.onSpinWait();
        }
      }
    }
  }

  @SuppressWarnings("ThreadPriorityCheck")
  private static void awaitCount(AtomicInteger ran, int round) {
    long start = System.nanoTime();
    while (ran.get() < round) {
      assertThat(System.nanoTime() - start).as("round %s", round).isLessThan(30_000_000_000L);
      Thread.yield();
    }
  }

  @Test
  void anItemThatThrowsTakesNoWorkerAlong() {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "throws", 1)) {
      List<String> seen = new ArrayList<>();
      CountDownLatch first = new CountDownLatch(1);
      CountDownLatch second = new CountDownLatch(1);
      pool.dispatch(
          0,
          TestWork.pinned(() -> fail("kernel"))
              .then(
                  () -> {
                    seen.add("rest");
                    first.countDown();
                    fail("rest");
                  }));
      Await.latch(first, "the rest runs after a kernel that threw");
      pool.dispatch(0, TestWork.pinned(() -> seen.add("next")).then(second::countDown));
      Await.latch(second, "the worker lives on");
      assertThat(seen).containsExactly("rest", "next");
    }
  }

  private static void fail(String where) {
    throw new StackOverflowError("on purpose, in the " + where);
  }

  @Test
  void aSecondItemForAWorkerThatHasOneIsABug() {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.BLOCKING, "full", 1);
        Blocker blocker = new Blocker(pool, 0)) {
      blocker.awaitRunning();
      pool.dispatch(0, TestWork.pinned(() -> {}));
      assertThatThrownBy(() -> pool.dispatch(0, TestWork.stealable(() -> {})))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("full-0");
    }
  }

  @Test
  void aWorkerRunsItsItemsInOrder() {
    ConcurrentLinkedQueue<Integer> seen = new ConcurrentLinkedQueue<>();
    CountDownLatch done = new CountDownLatch(1);
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "chain", 1)) {
      pool.dispatch(0, link(pool, seen, 0, done));
      Await.latch(done, "the chain");
    }
    assertThat(new ArrayList<>(seen)).hasSize(10_000).isSorted();
  }

  private static Work link(
      WorkerPool pool, ConcurrentLinkedQueue<Integer> seen, int number, CountDownLatch done) {
    return TestWork.stealable(() -> seen.add(number))
        .then(
            () -> {
              if (number == 9_999) {
                done.countDown();
              } else {
                pool.dispatch(0, link(pool, seen, number + 1, done));
              }
            });
  }

  /// Two items that start each other, at moments around that at which the other worker falls asleep.
  private static final class PingPong {
    private final WorkerPool pool;
    private final int rounds;
    private final Work[] players = {turn(0), turn(1)};
    final CountDownLatch over = new CountDownLatch(1);
    private int round;

    PingPong(WorkerPool pool, int rounds) {
      this.pool = pool;
      this.rounds = rounds;
    }

    void start() {
      pool.dispatch(0, players[0]);
    }

    private Work turn(int player) {
      return TestWork.pinned(() -> play(1 - player));
    }

    private void play(int other) {
      if (++round == rounds) {
        over.countDown();
        return;
      }
      // Around the length of a spin now and then; mostly at once, for the sake of time.
      for (int pause = round % 16 == 0 ? round % 400 : 0; pause > 0; pause--) {
        Thread.onSpinWait();
      }
      pool.dispatch(other, players[other]);
    }
  }
}
