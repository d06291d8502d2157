package io.sluice.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;

/// What a worker's thread is, and is called.
class WorkerThreadsTest {
  private static final InheritableThreadLocal<String> HEIRLOOM = new InheritableThreadLocal<>();

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void aThreadIsADaemonNamedAfterItsWorker(ThreadKind kind) {
    Thread thread = threadOf(kind, () -> {});
    assertThat(thread.getName()).isEqualTo("sluice-cpu-3");
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.isVirtual()).isEqualTo(kind == ThreadKind.VIRTUAL);
    assertThat(thread instanceof NonBlocking).isEqualTo(kind == ThreadKind.COMPUTE);
  }

  @Test
  void reactorRefusesToBlockAComputeThread() {
    threadOf(
        ThreadKind.COMPUTE,
        () ->
            assertThatThrownBy(() -> Mono.never().block())
                .isInstanceOf(IllegalStateException.class));
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void aWorkerKnowsThatItIsOne(ThreadKind kind) {
    assertThat(WorkerIdentity.isWorkerThread()).isFalse();
    threadOf(
        kind,
        () -> {
          assertThat(WorkerIdentity.isWorkerThread()).isTrue();
          assertThat(WorkerIdentity.current()).isEqualTo(new WorkerIdentity("cpu", 3, "cpu-3"));
        });
  }

  @ParameterizedTest
  @EnumSource(ThreadKind.class)
  void aThreadInheritsNothingFromWhoHandsOverItsFirstItem(ThreadKind kind) {
    HEIRLOOM.set("of the dispatcher");
    try {
      ClassLoader makers = Thread.currentThread().getContextClassLoader();
      threadOf(
          kind,
          () -> {
            assertThat(HEIRLOOM.get()).isNull();
            assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(makers);
            assertThat(Thread.currentThread().getPriority()).isEqualTo(Thread.NORM_PRIORITY);
          });
    } finally {
      HEIRLOOM.remove();
    }
  }

  /// The thread of worker 3, after it has checked this.
  private static Thread threadOf(ThreadKind kind, Runnable check) {
    AtomicReference<Thread> thread = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);
    try (WorkerPool pool = WorkerPools.create(kind, "cpu", 4)) {
      pool.dispatch(
          3, TestWork.pinned(() -> observe(thread, failure, check)).then(done::countDown));
      Await.latch(done, "the item");
    }
    assertThat(failure.get()).isNull();
    return thread.get();
  }

  private static void observe(
      AtomicReference<Thread> thread, AtomicReference<Throwable> failure, Runnable check) {
    thread.set(Thread.currentThread());
    try {
      check.run();
    } catch (Throwable thrown) {
      failure.set(thrown);
    }
  }
}
