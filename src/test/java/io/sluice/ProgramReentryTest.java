package io.sluice;

import static io.sluice.RuntimeTest.failing;
import static io.sluice.RuntimeTest.failure;
import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static io.sluice.RuntimeTest.writing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.InvalidTaskException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import io.sluice.test.ManualPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/// Programs that go in again from inside, that run beside each other, and that read what they asked for.
class ProgramReentryTest extends ManualRuntimeTest {

  @Test
  void aProgramMayRunAnotherOne() {
    StepVerifier.create(
            sluice.run(
                outer ->
                    outer
                        .submit(writing(1), RuntimeTest::valueOf)
                        .flatMapMany(
                            one ->
                                sluice.run(
                                    inner -> inner.submit(writing(one + 1), RuntimeTest::valueOf)))
                        .flatMap(two -> outer.submit(writing(two + 1), RuntimeTest::valueOf), 1)))
        .then(workers::runAll)
        .expectNext(3)
        .expectComplete()
        .verify(BOUND);
  }

  /// Each holds its scope's slab until those inside it have ended.
  @Test
  void programsNestAsDeepAsTheHeapHolds() {
    StepVerifier.create(nested(8))
        .then(workers::runAll)
        .expectNext(8)
        .expectComplete()
        .verify(BOUND);
  }

  private Flux<Integer> nested(int depth) {
    return depth == 0
        ? Flux.just(0)
        : sluice.run(
            program ->
                program
                    .submit(quick("level " + depth).out(slabs(1)))
                    .flatMapMany(result -> nested(depth - 1))
                    .map(inside -> inside + 1));
  }

  @Test
  void aRunOfTasksMayBeInsideAProgram() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(writing(3), RuntimeTest::valueOf)
                        .flatMapMany(
                            count ->
                                sluice.submitScoped(
                                    Flux.range(0, count).map(i -> Flux.just(writing(i))),
                                    RuntimeTest::valueOf))))
        .then(workers::runAll)
        .expectNext(0, 1, 2)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void oneProgramMaySubmitIntoAnotherFromWhatFollowsAResult() {
    AtomicReference<Orchestrator> other = new AtomicReference<>();
    ManualPublisher<Integer> otherElements = ManualPublisher.create();
    List<Integer> values = new ArrayList<>();
    var otherRun =
        sluice.run(
            program -> {
              other.set(program);
              return otherElements;
            });
    StepVerifier.create(otherRun)
        .then(() -> take(first(other, values), values))
        .then(workers::runAll)
        .then(() -> assertThat(values).containsExactly(1, 2))
        .then(() -> assertThat(heap.usedBytes()).as("the other's scope").isEqualTo(SLAB))
        .then(otherElements::complete)
        .expectComplete()
        .verify(BOUND);
  }

  private Flux<Integer> first(AtomicReference<Orchestrator> other, List<Integer> values) {
    return sluice.run(
        program ->
            program
                .submit(writing(1), RuntimeTest::valueOf)
                .doOnNext(
                    one ->
                        take(
                            other.get().submit(writing(one + 1), RuntimeTest::valueOf).flux(),
                            values)));
  }

  private static <T> void take(Flux<T> elements, List<T> into) {
    var _ = elements.subscribe(into::add);
  }

  @Test
  void aKernelMaySubmitIntoItsProgram() {
    List<String> names = new ArrayList<>();
    ManualPublisher<Integer> elements = ManualPublisher.create();
    var _ =
        sluice
            .run(
                program -> {
                  var _ =
                      program
                          .submit(
                              Task.call(
                                  "outer",
                                  context ->
                                      take(
                                          program
                                              .submit(quick("inner"))
                                              .map(RuntimeTest::nameOf)
                                              .flux(),
                                          names)))
                          .map(RuntimeTest::nameOf)
                          .subscribe(names::add);
                  return elements;
                })
            .subscribe();
    workers.runAll();
    elements.complete();
    assertThat(names).containsExactly("outer", "inner");
  }

  /// A continuation that submits the next is no recursion.
  @Test
  void aLongChainOfResultsOverflowsNoStack() {
    StepVerifier.create(
            sluice.run(
                program ->
                    Mono.just(0)
                        .expand(
                            i ->
                                i == 20_000 ? Mono.empty() : program.submit(quick("t"), r -> i + 1))
                        .count()))
        .then(workers::runAll)
        .expectNext(20_001L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void orchestratorsOfOneProgramWorkSideBySideEachInItsScope() {
    List<TestPublisher<Integer>> ends = List.of(TestPublisher.create(), TestPublisher.create());
    ManualPublisher<Integer> elements = ManualPublisher.create();
    List<Orchestrator> scopes = new ArrayList<>();
    var _ =
        sluice
            .run(
                program -> {
                  for (TestPublisher<Integer> end : ends) {
                    var _ =
                        program
                            .scope(
                                scope -> {
                                  scopes.add(scope);
                                  return end;
                                })
                            .subscribe();
                  }
                  return elements;
                })
            .subscribe();
    Tensor one = slabs(4);
    Tensor two = slabs(4);
    var _ = scopes.get(0).submit(quick("one").out(one)).subscribe();
    var _ = scopes.get(1).submit(quick("two").out(two)).subscribe();
    workers.runAll();
    ends.get(0).complete();
    assertThat(heap.usedBytes()).as("what the other scope holds").isEqualTo(4 * SLAB);
    List<Throwable> errors = new ArrayList<>();
    var _ = scopes.get(1).submit(quick("reads").in(two)).subscribe(result -> {}, errors::add);
    assertThat(workers.runAll()).isEqualTo(1);
    assertThat(errors).isEmpty();
    var _ = scopes.get(1).submit(quick("reads").in(one)).subscribe(result -> {}, errors::add);
    assertThat(errors).singleElement().isInstanceOf(TensorUnavailableException.class);
    ends.get(1).complete();
    assertThat(heap.usedBytes()).isZero();
    elements.complete();
  }

  /// What one allocates, all may write in place, and the order is that of submission.
  @Test
  void anAllocationIsWrittenByTasksOfAnInnerScopeAndReadOutsideIt() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .alloc(DType.INT32, 1)
                        .flatMapMany(
                            sum ->
                                program
                                    .scope(
                                        scope ->
                                            Flux.range(1, 4)
                                                .flatMap(i -> scope.submit(adding(sum, i)), 4))
                                    .then(
                                        program.submit(
                                            quick("read").in(sum).yields(sum),
                                            result -> result.view().getInt(0))))))
        .then(workers::runAll)
        .expectNext(10)
        .expectComplete()
        .verify(BOUND);
  }

  private static Task adding(Tensor sum, int value) {
    Task task =
        Task.call(
            "add " + value,
            context -> {
              TensorView view = context.tensor(0);
              view.setInt(0, (value == 1 ? 0 : view.getInt(0)) + value);
            });
    return task.inout(sum);
  }

  @Test
  void anAllocationThatDoesNotFitWaitsForTheScopeThatHoldsItsBytes() {
    List<String> order = new ArrayList<>();
    TestPublisher<Integer> end = TestPublisher.create();
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.merge(
                        program.scope(scope -> scope.alloc(DType.UINT8, 8 * SLAB).thenMany(end)),
                        program
                            .alloc(DType.UINT8, 8 * SLAB)
                            .doOnNext(tensor -> order.add("second"))
                            .then(Mono.<Integer>empty()))))
        .then(() -> order.add("first ends"))
        .then(end::complete)
        .expectComplete()
        .verify(BOUND);
    assertThat(order).containsExactly("first ends", "second");
  }

  // ---- with a reader ----

  @Test
  void aReadersResultIsClosedWhenItIsPassedOn() {
    AtomicReference<TaskResult> kept = new AtomicReference<>();
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(
                            writing(5),
                            result -> {
                              kept.set(result);
                              assertThat(result.isClosed()).isFalse();
                              return RuntimeTest.valueOf(result);
                            })
                        .doOnNext(value -> assertThat(kept.get().isClosed()).isTrue())))
        .then(workers::runAll)
        .expectNext(5)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void whatAReaderThrowsIsItsCallsErrorAndTheProgramGoesOn() {
    AtomicReference<TaskResult> kept = new AtomicReference<>();
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(
                            writing(5),
                            result -> {
                              kept.set(result);
                              throw failure("unreadable");
                            })
                        .cast(Integer.class)
                        .onErrorResume(error -> program.submit(writing(6), RuntimeTest::valueOf))))
        .then(workers::runAll)
        .expectNext(6)
        .expectComplete()
        .verify(BOUND);
    assertThat(kept.get().isClosed()).isTrue();
  }

  @Test
  void aReaderThatReturnsNullIsAnError() {
    StepVerifier.create(sluice.run(program -> program.submit(writing(5), result -> null)))
        .then(workers::runAll)
        .expectErrorSatisfies(
            error ->
                assertThat(error).hasMessageMatching("the reader of task .* returned null; .*"))
        .verify(BOUND);
  }

  @Test
  void aReaderIsNotCalledForATaskThatFailedOrWasCancelled() {
    List<TaskResult> read = new ArrayList<>();
    StepVerifier.create(
            sluice.run(
                program ->
                    program.submit(
                        failing("bad", failure("no")),
                        result -> {
                          read.add(result);
                          return 1;
                        })))
        .then(workers::runAll)
        .expectError(TaskFailedException.class)
        .verify(BOUND);
    StepVerifier.create(
            sluice.run(
                program ->
                    program.submit(
                        writing(1),
                        result -> {
                          read.add(result);
                          return 1;
                        })))
        .thenCancel()
        .verify(BOUND);
    workers.runAll();
    assertThat(read).isEmpty();
  }

  @Test
  void aReaderWaitsUntilItsValueIsAskedFor() {
    ManualPublisher<Integer> elements = ManualPublisher.create();
    List<Integer> values = new ArrayList<>();
    BaseSubscriber<Integer> slow =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}

          @Override
          protected void hookOnNext(Integer value) {
            values.add(value);
          }
        };
    var _ =
        sluice
            .run(
                program -> {
                  program.submit(writing(4), RuntimeTest::valueOf).subscribe(slow);
                  return elements;
                })
            .subscribe();
    workers.runAll();
    assertThat(values).isEmpty();
    slow.request(1);
    assertThat(values).containsExactly(4);
    elements.complete();
  }

  @Test
  void aReaderMustNotBeNull() {
    StepVerifier.create(sluice.run(program -> program.submit(quick("a"), null)))
        .expectError(NullPointerException.class)
        .verify(BOUND);
  }

  // ---- the only yield ----

  @Test
  void theOnlyYieldNeedsNoName() {
    StepVerifier.create(sluice.submit(Flux.just(writing(8)), result -> result.view().getInt(0)))
        .then(workers::runAll)
        .expectNext(8)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void whereThereIsNoneOrThereAreSeveralAViewNeedsAName() {
    Tensor left = Tensor.named("left", DType.UINT8, 4);
    Tensor right = Tensor.named("right", DType.UINT8, 4);
    List<TaskResult> results = new ArrayList<>();
    var _ =
        sluice
            .submit(Flux.just(quick("none"), quick("two").out(left, right).yields(left, right)))
            .subscribe(results::add);
    workers.runAll();
    assertThatThrownBy(() -> Objects.requireNonNull(results.get(0).view()))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("'none'")
        .hasMessageContaining("it yields none; add yields(...)");
    assertThatThrownBy(() -> Objects.requireNonNull(results.get(1).view()))
        .isInstanceOf(InvalidTaskException.class)
        .hasMessageContaining("'two'")
        .hasMessageContaining("left")
        .hasMessageContaining("right")
        .hasMessageContaining("say which");
    results.forEach(TaskResult::close);
  }
}
