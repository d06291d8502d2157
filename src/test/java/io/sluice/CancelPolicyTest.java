package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.CancelPolicy;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.error.TaskCancelledException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// What becomes of running kernels when their run is cancelled, fails, or is disposed of.
class CancelPolicyTest extends RuntimeTest {
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicBoolean interrupted = new AtomicBoolean();
  private final AtomicBoolean askedToStop = new AtomicBoolean();

  private boolean awaitRelease() throws InterruptedException {
    return release.await(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  /// Runs until it is released or interrupted.
  private Task blocking() {
    return Task.call(
        "blocking",
        context -> {
          started.countDown();
          try {
            assertThat(awaitRelease()).isTrue();
          } catch (InterruptedException interrupt) {
            interrupted.set(true);
          }
          askedToStop.set(context.isCancelled());
        });
  }

  /// Runs until it is released, whoever interrupts it.
  private Task stubborn() {
    return Task.call(
            "stubborn",
            context -> {
              started.countDown();
              boolean released = false;
              while (!released) {
                try {
                  released = awaitRelease();
                } catch (InterruptedException interrupt) {
                  interrupted.set(true);
                }
              }
            })
        .out(slabs(1));
  }

  private Submitter with(CancelPolicy policy) {
    return sluice.with(run -> run.cancelPolicy(policy));
  }

  private Disposable running(CancelPolicy policy, Task task) {
    Disposable run = with(policy).submit(Flux.just(task).concatWith(Mono.never())).subscribe();
    Await.reached(started, "the kernel");
    return run;
  }

  private void awaitEnd() {
    Await.until("the kernel's end", () -> sluice.figures().runningCount() == 0);
  }

  @Test
  void byDefaultAKernelFinishes() {
    Disposable run = sluice.submit(Flux.just(blocking()).concatWith(Mono.never())).subscribe();
    Await.reached(started, "the kernel");
    run.dispose();
    assertThat(settled().sentence()).contains("1 member(s) run");
    release.countDown();
    awaitEnd();
    assertThat(interrupted).isFalse();
    assertThat(askedToStop).isTrue();
  }

  @Test
  void interruptReachesTheThreadInsideTheKernel() {
    running(CancelPolicy.INTERRUPT, blocking()).dispose();
    awaitEnd();
    assertThat(interrupted).isTrue();
    assertThat(askedToStop).isTrue();
  }

  @Test
  void abandonInterruptsToo() {
    running(CancelPolicy.ABANDON, blocking()).dispose();
    awaitEnd();
    assertThat(interrupted).isTrue();
  }

  @Test
  void anAbandonedKernelKeepsItsBytesAndFreesItsWorker() {
    use(builder().blockingThreads("cpu", 1));
    running(CancelPolicy.ABANDON, stubborn()).dispose();
    StepVerifier.create(sluice.submit(Flux.just(quick("next"))))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(sluice.figures().heapUsedBytes()).isEqualTo(SLAB);
    assertThat(sluice.whyDrainWaits().block(BOUND).sentence()).contains("'stubborn'", "cpu-0");
    release.countDown();
    awaitEnd();
    assertThat(sluice.figures().heapUsedBytes()).isZero();
  }

  @Test
  void anAbandonedTaskIsCancelledAtOnce() {
    List<TaskEvent> events = new CopyOnWriteArrayList<>();
    var _ = sluice.events().subscribe(events::add);
    running(CancelPolicy.ABANDON, stubborn()).dispose();
    Await.until(
        "the cancellation",
        () -> events.stream().anyMatch(event -> event instanceof TaskEvent.Cancelled));
    assertThat(sluice.figures().runningCount()).isEqualTo(1);
    release.countDown();
  }

  @Test
  void aFailureOfTheRunIsLikeACancel() {
    Flux<TaskResult> results =
        with(CancelPolicy.INTERRUPT).submit(Flux.just(blocking(), kernels.task("failing")));
    StepVerifier.create(results)
        .then(() -> Await.reached(started, "the kernel"))
        .then(() -> kernels.fail("failing", new IllegalStateException("no")))
        .expectError()
        .verify(BOUND);
    awaitEnd();
    assertThat(interrupted).isTrue();
  }

  @Test
  void aDisposalIsLikeACancel() {
    StepVerifier.create(with(CancelPolicy.INTERRUPT).submit(Flux.just(blocking())))
        .then(() -> Await.reached(started, "the kernel"))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
    assertThat(interrupted).isTrue();
    use(builder());
  }

  @Test
  void aCancelledTaskIsNotTriedAgain() {
    running(CancelPolicy.INTERRUPT, throwingWhenInterrupted().retry(5)).dispose();
    awaitEnd();
    assertThat(settled().sentence()).doesNotContain("tried again");
    assertThat(sluice.figures().liveCount()).isZero();
  }

  private Task throwingWhenInterrupted() {
    return Task.call(
        "sleeping",
        context -> {
          started.countDown();
          assertThat(awaitRelease()).isTrue();
        });
  }

  @ParameterizedTest
  @EnumSource(CancelPolicy.class)
  void whatDoesNotRunYetIsCancelledAtOnce(CancelPolicy policy) {
    use(builder().blockingThreads("cpu", 1));
    Disposable run =
        with(policy)
            .submit(Flux.just(stubborn(), quick("later")).concatWith(Mono.never()))
            .subscribe();
    Await.reached(started, "the kernel");
    run.dispose();
    Await.until("the cancel", () -> sluice.figures().liveCount() == 1);
    release.countDown();
    awaitEnd();
  }

  @Test
  void aProgramSeesAnAbandonedTaskAsCancelled() {
    List<Throwable> seen = new CopyOnWriteArrayList<>();
    Flux<TaskResult> program =
        with(CancelPolicy.ABANDON)
            .run(
                o ->
                    Mono.firstWithSignal(
                        o.submit(stubborn()).doOnError(seen::add), o.submit(quick("quick"))));
    StepVerifier.create(program.take(1)).expectNextCount(1).expectComplete().verify(BOUND);
    release.countDown();
    assertThat(seen).allMatch(error -> error instanceof TaskCancelledException);
  }
}
