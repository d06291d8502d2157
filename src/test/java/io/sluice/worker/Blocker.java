package io.sluice.worker;

import java.util.concurrent.CountDownLatch;

/// An item that holds its worker up behind its completion, like a subscriber that blocks.
final class Blocker implements AutoCloseable {
  private final CountDownLatch running = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private volatile Thread thread;

  Blocker(WorkerPool pool, int worker) {
    pool.dispatch(worker, TestWork.pinned(() -> {}).then(this::block));
  }

  private void block() {
    thread = Thread.currentThread();
    running.countDown();
    Await.latch(release, "the blocker's release");
  }

  Thread awaitRunning() {
    Await.latch(running, "the blocker runs");
    return thread;
  }

  void release() {
    release.countDown();
  }

  @Override
  public void close() {
    release();
  }
}
