package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.InvalidTaskException;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Scopes and allocations of programs.
class ProgramScopeTest extends RuntimeTest {

  @Test
  void anAllocatedTensorIsWrittenInPlace() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .alloc(DType.INT32, 4)
                        .flatMapMany(
                            tensor ->
                                Flux.range(0, 4)
                                    .flatMap(i -> program.submit(storing(tensor, i)))
                                    .then(program.submit(summing(tensor))))
                        .map(
                            result ->
                                result.readAndClose(
                                    r -> r.view(r.task().yielded().getFirst()).getInt(0)))))
        .expectNext(6)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void eachSubscriptionAllocatesATensorOfItsOwn() {
    StepVerifier.create(
            sluice.run(program -> program.alloc(DType.INT32, 4).repeat(1).concatWith(Mono.never())))
        .recordWith(ArrayList::new)
        .expectNextCount(2)
        .consumeRecordedWith(tensors -> assertThat(tensors).doesNotHaveDuplicates())
        .then(() -> Await.until("both", () -> sluice.figures().heapUsedBytes() == 2 * SLAB))
        .thenCancel()
        .verify(BOUND);
  }

  private static Task storing(Tensor tensor, int value) {
    return Task.call("store", context -> context.tensor(0).setInt(0, value))
        .out(tensor.rows(value, value + 1));
  }

  private static Task summing(Tensor tensor) {
    Tensor sum = Tensor.of(DType.INT32, 1);
    return Task.call(
            "sum",
            context -> {
              int total = 0;
              for (int i = 0; i < 4; i++) {
                total += context.tensor(0).getInt(i);
              }
              context.tensor(1).setInt(0, total);
            })
        .in(tensor)
        .out(sum)
        .yields(sum);
  }

  @Test
  void bytesComeBackWithTheScopeThatTheyWereSubmittedIn() {
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.range(0, 100)
                        .concatMap(
                            i -> program.scope(scope -> scope.submit(quick("t").out(slabs(8)))))
                        .count()))
        .expectNext(100L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aScopeEndsAlsoWithAnErrorAndWithACancel() {
    StepVerifier.create(
            sluice.run(
                program ->
                    Flux.range(0, 30)
                        .concatMap(
                            i ->
                                program
                                    .scope(
                                        scope ->
                                            scope
                                                .submit(quick("t").out(slabs(8)))
                                                .then(Mono.error(failure("no"))))
                                    .onErrorResume(error -> Mono.empty())
                                    .thenMany(
                                        program
                                            .scope(
                                                scope ->
                                                    scope
                                                        .submit(quick("t").out(slabs(8)))
                                                        .concatWith(Mono.never()))
                                            .take(1)))
                        .count()))
        .expectNext(30L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aTaskSubmittedBehindItsScopesEndIsRefused() {
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
                        .then(Mono.defer(() -> kept.get().submit(quick("late"))))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(InvalidTaskException.class)
                    .hasMessageContaining("its scope in run 1 has ended"))
        .verify(BOUND);
  }

  @Test
  void whatAnEndedScopeWroteCanNotBeRead() {
    Tensor tensor = slabs(1);
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .scope(scope -> scope.submit(quick("write").out(tensor)))
                        .then(program.submit(quick("read").in(tensor)))))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TensorUnavailableException.class)
                    .hasMessageContaining("scope"))
        .verify(BOUND);
  }

  @Test
  void scopesNestToSixtyFourLevels() {
    StepVerifier.create(sluice.run(program -> nested(program, 63)).map(RuntimeTest::nameOf))
        .expectNext("deepest")
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.run(program -> nested(program, 64)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(InvalidTaskException.class)
                    .hasMessageContaining("64 levels"))
        .verify(BOUND);
  }

  /// @param inner how many scopes lie inside this one
  private static Flux<TaskResult> nested(Orchestrator scope, int inner) {
    return inner == 0
        ? scope.submit(quick("deepest").out(slabs(1))).flux()
        : scope.scope(next -> nested(next, inner - 1));
  }

  @Test
  void aScopeWhoseSubscriberHasGoneBeforeItOpenedHoldsNothing() {
    CountDownLatch done = new CountDownLatch(1);
    StepVerifier.create(
            sluice.run(
                program -> {
                  for (int i = 0; i < 100; i++) {
                    program.scope(scope -> Mono.never()).subscribe().dispose();
                  }
                  done.countDown();
                  return program.submit(quick("a").out(slabs(8)));
                }))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    Await.reached(done, "the program");
  }

  @Test
  void aLongChainOfAllocationsOverflowsNoStack() {
    StepVerifier.create(
            sluice.run(
                program ->
                    program.scope(scope -> scope.alloc(DType.INT8, 1)).repeat(20_000).count()))
        .expectNext(20_001L)
        .expectComplete()
        .verify(BOUND);
  }
}
