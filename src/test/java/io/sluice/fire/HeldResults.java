package io.sluice.fire;

import io.sluice.task.TaskResult;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Results that submitters leave open; another thread reads and closes them later.
final class HeldResults {
  /// So many hold no more than a quarter of the heap.
  private static final int CAPACITY = 64;

  private record Held(TaskResult result, int expected) {}

  private final ArrayBlockingQueue<Held> queue = new ArrayBlockingQueue<>(CAPACITY);
  private final AtomicLong wrongCount = new AtomicLong();
  private final AtomicLong closedCount = new AtomicLong();
  private volatile boolean stopped;

  /// Keeps a result open; where there are too many already, it is closed here.
  void hold(TaskResult result, int expected) {
    Held held = new Held(result, expected);
    if (!queue.offer(held)) {
      close(held);
    }
  }

  void closeUntilStopped() {
    try {
      while (!stopped || !queue.isEmpty()) {
        Held held = queue.poll(1, TimeUnit.MILLISECONDS);
        if (held != null) {
          close(held);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void close(Held held) {
    try (TaskResult result = held.result()) {
      int value = result.view(result.task().yielded().getFirst()).getInt(0);
      wrongCount.addAndGet(value == held.expected() ? 0 : 1);
    }
    closedCount.incrementAndGet();
  }

  void stop() {
    stopped = true;
  }

  long wrongCount() {
    return wrongCount.get();
  }

  long closedCount() {
    return closedCount.get();
  }
}
