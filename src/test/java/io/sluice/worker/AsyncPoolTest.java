package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.Schedulers;

/// Items that end later than they are begun.
class AsyncPoolTest {
  private final WorkerPool pool = WorkerPools.createAsync("io", 3);

  /// An item that the test ends by hand.
  private static class Item implements AsyncWork {
    final CountDownLatch begun = new CountDownLatch(1);
    final AtomicInteger rests = new AtomicInteger();
    final AtomicReference<Thread> beganOn = new AtomicReference<>();
    final AtomicReference<Thread> restedOn = new AtomicReference<>();
    final AtomicReference<WorkerIdentity> worker = new AtomicReference<>();
    volatile Runnable ending;
    volatile boolean cancelled;

    @Override
    public boolean isStealable() {
      return true;
    }

    @Override
    public void whenEnded(Runnable newEnding) {
      ending = newEnding;
    }

    @Override
    public void runOn(WorkerIdentity on) {
      beganOn.set(Thread.currentThread());
      worker.set(WorkerIdentity.current());
      begun.countDown();
    }

    @Override
    public void afterRun(WorkerIdentity on) {
      assertThat(on).isEqualTo(worker.get());
      rests.incrementAndGet();
      restedOn.set(Thread.currentThread());
    }

    @Override
    public boolean cancel() {
      cancelled = true;
      return true;
    }
  }

  private Item begun(int worker) {
    Item item = new Item();
    pool.dispatch(worker, item);
    Await.latch(item.begun, "its begin");
    return item;
  }

  @Test
  void noThreadStartsBeforeTheFirstItem() {
    WorkerPool idle = WorkerPools.createAsync("idle", 4_096);
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("sluice-idle");
    idle.close();
    Await.termination(idle);
  }

  @Test
  void allAreBegunOnOneThreadThatMustNotBlock() {
    Item first = begun(2);
    Item second = begun(0);
    Thread thread = first.beganOn.get();
    assertThat(second.beganOn).hasValue(thread);
    assertThat(thread.getName()).isEqualTo("sluice-io");
    assertThat(thread.isDaemon()).isTrue();
    assertThat(Schedulers.isNonBlockingThread(thread)).isTrue();
    assertThat(first.worker.get().name()).isEqualTo("io-2");
    assertThat(second.worker.get().name()).isEqualTo("io-0");
    first.ending.run();
    second.ending.run();
    close();
  }

  private void close() {
    pool.close();
    Await.termination(pool);
  }

  @Test
  void theRestRunsOnWhoeverEndsIt() {
    Item item = begun(1);
    assertThat(item.rests).hasValue(0);
    Runnable ending = item.ending;
    ending.run();
    assertThat(item.rests).hasValue(1);
    assertThat(item.restedOn).hasValue(Thread.currentThread());
    ending.run();
    assertThat(item.rests).as("ended once").hasValue(1);
    close();
  }

  @Test
  void thePoolEndsWithItsLastItem() {
    Item item = begun(0);
    pool.close();
    Thread thread = item.beganOn.get();
    Await.until(() -> !thread.isAlive(), "the end of the thread");
    assertThat(pool.terminated().toCompletableFuture()).isNotDone();
    item.ending.run();
    Await.termination(pool);
  }

  @Test
  void aClosedPoolTakesNothing() {
    close();
    Item late = new Item();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> pool.dispatch(0, late))
        .withMessage("pool 'io' is closed");
    assertThat(late.begun.getCount()).isOne();
    assertThat(late.rests).hasValue(0);
  }

  @Test
  void anInterruptIsACancel() {
    Item item = begun(0);
    assertThat(pool.interrupt(item)).isTrue();
    assertThat(item.cancelled).isTrue();
    item.ending.run();
    close();
  }

  @Test
  void whatEndsWhileItIsBegunMayDispatchTheNextOverAndOver() {
    int count = 100_000;
    AtomicInteger left = new AtomicInteger(count);
    CountDownLatch over = new CountDownLatch(1);
    pool.dispatch(0, new Chained(left, over));
    Await.latch(over, "the last one");
    close();
  }

  private final class Chained extends Item {
    private final AtomicInteger left;
    private final CountDownLatch over;

    Chained(AtomicInteger left, CountDownLatch over) {
      this.left = left;
      this.over = over;
    }

    @Override
    public void runOn(WorkerIdentity on) {
      ending.run();
    }

    @Override
    public void afterRun(WorkerIdentity on) {
      if (left.decrementAndGet() == 0) {
        over.countDown();
      } else {
        pool.dispatch(0, new Chained(left, over));
      }
    }
  }

  @Test
  void anOrdinaryItemEndsWhereItIsRun() {
    List<String> seen = new CopyOnWriteArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    pool.dispatch(
        0,
        TestWork.pinned(() -> seen.add("kernel"))
            .then(
                () -> {
                  seen.add("rest");
                  done.countDown();
                }));
    Await.latch(done, "the item");
    assertThat(seen).containsExactly("kernel", "rest");
    close();
  }

  @Test
  void anItemThatThrowsTakesNoThreadAlong() {
    pool.dispatch(
        0,
        TestWork.pinned(
                () -> {
                  throw new StackOverflowError("on purpose, in the kernel");
                })
            .then(
                () -> {
                  throw new StackOverflowError("on purpose, in the rest");
                }));
    Item next = begun(0);
    next.ending.run();
    close();
  }
}
