package io.sluice.worker;

import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Dispatches a number of items as the engine does: at most one to each worker until that has posted
/// its completion, from any thread, most of all from the workers themselves.
final class TokenScheduler {
  private final WorkerPool pool;
  private final int itemCount;
  private final long seed;
  private final ConcurrentLinkedDeque<Integer> idle = new ConcurrentLinkedDeque<>();
  private final AtomicInteger nextItem = new AtomicInteger();
  final AtomicIntegerArray runs;
  final AtomicInteger strays = new AtomicInteger();
  final CountDownLatch done;

  TokenScheduler(WorkerPool pool, int itemCount, long seed) {
    this.pool = pool;
    this.itemCount = itemCount;
    this.seed = seed;
    this.runs = new AtomicIntegerArray(itemCount);
    this.done = new CountDownLatch(itemCount);
    for (int i = 0; i < pool.workerCount(); i++) {
      idle.add(i);
    }
  }

  boolean isExhausted() {
    return nextItem.get() >= itemCount;
  }

  /// Dispatches one item, if there is one and a worker for it.
  void pump() {
    Integer token = idle.pollFirst();
    if (token == null) {
      return;
    }
    int item = nextItem.getAndIncrement();
    if (item < itemCount) {
      pool.dispatch(token, new Item(item, token));
    } else {
      idle.addFirst(token);
    }
  }

  private final class Item implements Work {
    private final int number;
    private final int token;
    private final SplittableRandom random;
    private final boolean stealable;

    Item(int number, int token) {
      this.number = number;
      this.token = token;
      this.random = new SplittableRandom(seed + number);
      this.stealable = random.nextInt(4) != 0;
    }

    @Override
    public boolean isStealable() {
      return stealable;
    }

    @Override
    public void runOn(WorkerIdentity worker) {
      runs.incrementAndGet(number);
      if (!stealable && worker.index() != token) {
        strays.incrementAndGet();
      }
      linger(64);
    }

    @Override
    public void afterRun(WorkerIdentity worker) {
      idle.addFirst(token);
      for (int successors = random.nextInt(3); successors >= 0; successors--) {
        pump();
      }
      linger(random.nextInt(100) == 0 ? 4096 : 8);
      done.countDown();
    }

    private void linger(int most) {
      for (int i = random.nextInt(most); i > 0; i--) {
        Thread.onSpinWait();
      }
    }
  }
}
