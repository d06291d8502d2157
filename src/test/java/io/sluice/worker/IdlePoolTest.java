package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A pool without work costs nothing (H-26, H-42).
class IdlePoolTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @Test
  void noThreadStartsBeforeTheFirstItemForIt() {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "lazy", 8)) {
      assertThat(threadsOf("lazy")).isEmpty();
      run(pool, 5);
      assertThat(threadsOf("lazy")).containsExactly("sluice-lazy-5");
    }
  }

  @Test
  void anIdlePoolBurnsNoProcessorTime() throws InterruptedException {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "idle", 8)) {
      List<Thread> threads = startAll(pool);
      assertQuiet(threads);
    }
  }

  @Test
  void aPoolWhoseOneBusyWorkerIsInsideALongItemDoesNotTick() throws InterruptedException {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "long", 8)) {
      List<Thread> threads = startAll(pool);
      try (Blocker blocker = new Blocker(pool, 0)) {
        blocker.awaitRunning();
        assertQuiet(threads.subList(1, 8));
      }
    }
  }

  @Test
  void anInterruptFromOutsideDoesNotTurnSleepIntoASpin() throws InterruptedException {
    try (WorkerPool pool = WorkerPools.create(ThreadKind.COMPUTE, "outside", 2)) {
      List<Thread> threads = startAll(pool);
      threads.forEach(Await::parked);
      threads.forEach(Thread::interrupt);
      Await.until(() -> threads.stream().noneMatch(Thread::isInterrupted), "flags are cleared");
      assertQuiet(threads);
    }
  }

  private static void assertQuiet(List<Thread> threads) throws InterruptedException {
    threads.forEach(Await::parked);
    long waitsBefore = waits(threads);
    long nanosBefore = nanos(threads);
    assertThat(Await.staysShut(new CountDownLatch(1), 200)).isTrue();
    assertThat(waits(threads) - waitsBefore).as("wake-ups").isZero();
    assertThat(nanos(threads) - nanosBefore).as("ns on a processor").isLessThan(1_000_000);
  }

  private static long waits(List<Thread> threads) {
    return threads.stream()
        .mapToLong(thread -> THREADS.getThreadInfo(thread.threadId()).getWaitedCount())
        .sum();
  }

  private static long nanos(List<Thread> threads) {
    return threads.stream().mapToLong(thread -> THREADS.getThreadCpuTime(thread.threadId())).sum();
  }

  private static List<Thread> startAll(WorkerPool pool) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < pool.workerCount(); i++) {
      threads.add(run(pool, i));
    }
    return threads;
  }

  private static Thread run(WorkerPool pool, int worker) {
    CountDownLatch ran = new CountDownLatch(1);
    Thread[] thread = new Thread[1];
    pool.dispatch(
        worker, TestWork.pinned(() -> thread[0] = Thread.currentThread()).then(ran::countDown));
    Await.latch(ran, "worker " + worker + " starts");
    return thread[0];
  }

  private static List<String> threadsOf(String pool) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sluice-" + pool + "-"))
        .toList();
  }
}
