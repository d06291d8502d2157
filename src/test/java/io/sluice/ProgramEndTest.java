package io.sluice;

import static io.sluice.RuntimeTest.failure;
import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static io.sluice.RuntimeTest.writing;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.AdmissionStalledException;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.error.TaskCancelledException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTimeoutException;
import io.sluice.task.TaskResult;
import io.sluice.test.ManualPublisher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// How programs end: by themselves, by an error, by a cancel, or never; and what comes behind it.
class ProgramEndTest extends ManualRuntimeTest {
  private final List<Throwable> errors = new ArrayList<>();

  /// Keeps what a program was given, and follows a publisher of the test's.
  private <T> Disposable programOf(AtomicReference<Orchestrator> kept, Publisher<T> elements) {
    return sluice
        .run(
            program -> {
              kept.set(program);
              return elements;
            })
        .subscribe(element -> {}, errors::add);
  }

  /// Whether a task of the program still runs makes no difference.
  @Test
  void aTaskBehindTheEndOfTheProgramsPublisherIsRefusedThoughTheRunIsOpen() {
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    ManualPublisher<Integer> elements = ManualPublisher.create();
    var _ = programOf(kept, elements);
    var _ = kept.get().submit(quick("a")).subscribe();
    elements.complete();
    assertThat(workers.isRunning("a")).as("the run is open").isTrue();
    assertTooLate(kept.get());
    workers.complete("a");
    assertTooLate(kept.get());
    assertThat(workers.startedNames()).containsExactly("a");
  }

  private static void assertTooLate(Orchestrator program) {
    StepVerifier.create(program.submit(quick("late")))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(InvalidTaskException.class)
                    .hasMessageContaining("task 'late'")
                    .hasMessageContaining("behind the end of the program of run 1")
                    .hasMessageContaining("then(...)"))
        .verify(BOUND);
    StepVerifier.create(program.scope(scope -> scope.submit(quick("late"))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(InvalidTaskException.class)
                    .hasMessageContaining("a scope: it came behind the end"))
        .verify(BOUND);
  }

  @Test
  void aTaskInAnOpenScopeIsRefusedBehindTheEndOfTheProgramsPublisherToo() {
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    ManualPublisher<Integer> elements = ManualPublisher.create();
    var _ =
        sluice
            .run(
                program -> {
                  var _ =
                      program
                          .scope(
                              scope -> {
                                kept.set(scope);
                                return Mono.never();
                              })
                          .subscribe();
                  return elements;
                })
            .subscribe();
    var _ = kept.get().submit(quick("a")).subscribe();
    elements.complete();
    assertTooLate(kept.get());
    workers.complete("a");
  }

  @Test
  void aTaskFromInsideTheLastSignalsOfTheProgramsPublisherIsTakenBeforeTheEndAndRefusedBehindIt() {
    List<String> names = new ArrayList<>();
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.just(1, 2)
                        .doOnComplete(() -> take(program.submit(quick("in time")), names))
                        .doFinally(signal -> take(program.submit(quick("late")), names))))
        .expectNext(1, 2)
        .then(() -> assertThat(workers.runningNames()).containsExactly("in time"))
        .then(() -> workers.complete("in time"))
        .expectComplete()
        .verify(BOUND);
    assertThat(names).containsExactly("in time");
    assertThat(errors).singleElement().isInstanceOf(InvalidTaskException.class);
  }

  private void take(Mono<TaskResult> call, List<String> names) {
    var _ = call.map(RuntimeTest::nameOf).subscribe(names::add, errors::add);
  }

  @Test
  void aTaskBehindAFailedProgramIsRefused() {
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    ManualPublisher<Integer> elements = ManualPublisher.create();
    var _ = programOf(kept, elements);
    elements.fail(failure("no"));
    assertThat(errors).singleElement().matches(error -> error.getMessage().equals("no"));
    assertTooLate(kept.get());
  }

  @Test
  void aTaskBehindACancelIsCancelled() {
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    ManualPublisher<Integer> elements = ManualPublisher.create();
    programOf(kept, elements).dispose();
    elements.assertCancelled();
    StepVerifier.create(kept.get().submit(quick("late")))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TaskCancelledException.class)
                    .hasMessageContaining("'late'")
                    .hasMessageContaining("run 1"))
        .verify(BOUND);
    StepVerifier.create(kept.get().scope(scope -> Mono.empty()))
        .expectError(TaskCancelledException.class)
        .verify(BOUND);
  }

  @Test
  void aScopeInsideAScopeThatHasEndedIsRefused() {
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .scope(
                            scope -> {
                              kept.set(scope);
                              return Mono.empty();
                            })
                        .thenMany(Flux.defer(() -> kept.get().scope(inner -> Mono.just(1))))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(InvalidTaskException.class)
                    .hasMessageContaining("a scope: its scope in run 1 has ended"))
        .verify(BOUND);
  }

  @Test
  void aScopeGoesOnWhenTheOneAroundItHasEnded() {
    AtomicReference<Orchestrator> inside = new AtomicReference<>();
    ManualPublisher<Integer> elements = ManualPublisher.create();
    ManualPublisher<Integer> inner = ManualPublisher.create();
    var _ =
        sluice
            .run(
                program -> {
                  var _ =
                      program
                          .scope(
                              outer -> {
                                var _ =
                                    outer
                                        .scope(
                                            scope -> {
                                              inside.set(scope);
                                              return inner;
                                            })
                                        .subscribe();
                                return Mono.empty();
                              })
                          .subscribe();
                  return elements;
                })
            .subscribe();
    var _ = inside.get().submit(quick("a").out(slabs(8))).subscribe();
    workers.complete("a");
    assertThat(heap.usedBytes()).as("the inner scope holds its slab").isEqualTo(8 * SLAB);
    inner.complete();
    assertThat(heap.usedBytes()).isZero();
    elements.complete();
  }

  /// It is said who is to be looked at, and a cancel frees everything.
  @Test
  void aProgramThatHangsIsNamedAndCancelledLikeAnyOther() {
    Disposable run =
        sluice
            .with(options -> options.name("hangs"))
            .run(
                program ->
                    program
                        .submit(writing(1))
                        .map(result -> result.readAndClose(RuntimeTest::valueOf))
                        .then(Mono.never()))
            .subscribe();
    assertThat(workers.runAll()).isEqualTo(1);
    assertThat(whyWaiting().reason()).isEqualTo(Reason.SOURCE_IDLE);
    assertThat(heap.usedBytes()).as("its scope holds its slab").isEqualTo(SLAB);
    run.dispose();
    assertThat(heap.usedBytes()).isZero();
  }

  @Test
  void aProgramThatHangsUnderAFullHeapHasItsWaitingTaskRefusedAtTheAllocationTimeout() {
    use(builder().allocationTimeout(Duration.ofSeconds(10)));
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.merge(
                        program.scope(
                            scope -> scope.submit(quick("fills").out(slabs(8))).then(Mono.never())),
                        program
                            .submit(quick("waits").out(slabs(1)))
                            .map(RuntimeTest::nameOf)
                            .onErrorResume(
                                AdmissionStalledException.class, error -> Mono.just("stalled")))))
        .then(() -> workers.complete("fills"))
        .then(() -> test.time().advanceBy(Duration.ofSeconds(10)))
        .expectNext("stalled")
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aTasksTimeoutIsItsCallsErrorAndTheProgramGoesOn() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(quick("slow").timeout(Duration.ofSeconds(1)))
                        .map(RuntimeTest::nameOf)
                        .onErrorResume(
                            TaskFailedException.class,
                            error -> {
                              errors.add(error.getCause());
                              return program.submit(quick("instead")).map(RuntimeTest::nameOf);
                            })))
        .then(() -> test.time().advanceBy(Duration.ofSeconds(1)))
        .then(() -> assertThat(workers.isAskedToStop("slow")).isTrue())
        .then(() -> workers.complete("instead"))
        .expectNext("instead")
        .expectComplete()
        .verify(BOUND);
    assertThat(errors).singleElement().isInstanceOf(TaskTimeoutException.class);
  }

  @Test
  void cancellingInsideAnElementCancelsWhatRunsAndWhatWaits() {
    List<Throwable> ends = new ArrayList<>();
    StepVerifier.create(
            sluice
                .run(
                    program -> {
                      for (int i = 0; i < 9; i++) {
                        var _ =
                            program
                                .submit(quick("t" + i).out(slabs(1)))
                                .subscribe(result -> {}, ends::add);
                      }
                      return Flux.just(1, 2);
                    })
                .take(1))
        .expectNext(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(ends).hasSize(9).allMatch(TaskCancelledException.class::isInstance);
    assertThat(workers.startedNames()).hasSize(4);
    assertThat(workers.isAskedToStop("t0")).isTrue();
  }

  @Test
  void aCallThatWasAnsweredIsNotToldOfTheRunsEnd() {
    ManualPublisher<Integer> elements = ManualPublisher.create();
    List<TaskResult> results = new ArrayList<>();
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    Disposable run = programOf(kept, elements);
    var _ = kept.get().submit(writing(7)).subscribe(results::add, errors::add);
    workers.runAll();
    run.dispose();
    assertThat(errors).isEmpty();
    assertThat(RuntimeTest.valueOf(results.getFirst())).isEqualTo(7);
    results.getFirst().close();
  }

  @Test
  void disposingOfTheRuntimeEndsTheProgramAndItsCalls() {
    AtomicReference<Orchestrator> kept = new AtomicReference<>();
    ManualPublisher<Integer> elements = ManualPublisher.create();
    var _ = programOf(kept, elements);
    var _ = kept.get().submit(quick("a")).subscribe(result -> {}, errors::add);
    sluice.dispose();
    elements.assertCancelled();
    assertThat(errors).hasSize(2).allMatch(RuntimeDisposedException.class::isInstance);
    workers.complete("a");
    use(builder());
  }

  @Test
  void eachOfManyScopesThatEndInAnyOrderGivesItsBytesBack() {
    List<ManualPublisher<Integer>> ends = new ArrayList<>();
    ManualPublisher<Integer> elements = ManualPublisher.create();
    var _ =
        sluice
            .run(
                program -> {
                  for (int i = 0; i < 8; i++) {
                    ManualPublisher<Integer> end = ManualPublisher.create();
                    ends.add(end);
                    var _ =
                        program
                            .scope(
                                scope -> {
                                  var _ = scope.submit(quick("t").out(slabs(1))).subscribe();
                                  return end;
                                })
                            .subscribe(element -> {}, error -> {});
                  }
                  return elements;
                })
            .subscribe();
    workers.runAll();
    for (int i = 0; i < 8; i++) {
      assertThat(heap.usedBytes()).isEqualTo((long) (8 - i) * SLAB);
      ManualPublisher<Integer> next = ends.get((i * 3 + 1) % 8);
      if (i % 2 == 0) {
        next.complete();
      } else {
        next.fail(failure("no"));
      }
    }
    assertThat(heap.usedBytes()).isZero();
    elements.complete();
  }
}
