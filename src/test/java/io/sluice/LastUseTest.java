package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.error.AdmissionStalledException;
import io.sluice.error.CompositeTaskException;
import io.sluice.error.TensorUnavailableException;
import io.sluice.error.TensorUnavailableException.Reason;
import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Uses that are declared a tensor's last.
class LastUseTest extends RuntimeTest {
  private static final int MANY = 1_000;

  private static Task reading(TensorRef ref) {
    return Task.call("read", context -> context.tensor(0).getInt(0)).in(ref);
  }

  private void passes(Flux<Task> tasks, long count) {
    StepVerifier.create(sluice.submit(tasks, RuntimeTest::nameOf).count())
        .expectNext(count)
        .expectComplete()
        .verify(BOUND);
    assertThat(sluice.figures().heapPeakBytes()).isLessThanOrEqualTo(8 * SLAB);
  }

  @ParameterizedTest
  @EnumSource
  void oneFlatScopeStreamsManyTimesTheHeapIfEachTensorHasALastUse(HeapPolicy policy) {
    use(builder().heapPolicy(policy));
    Flux<Task> tasks =
        Flux.range(0, MANY)
            .concatMapIterable(
                i -> {
                  Tensor tensor = slabs(3);
                  return List.of(quick("write").out(tensor), reading(tensor).lastUse(tensor));
                });
    passes(tasks, 2L * MANY);
  }

  @Test
  void withoutThemTheSameScopeStalls() {
    Flux<Task> tasks = Flux.range(0, MANY).map(i -> quick("write").out(slabs(3)));
    StepVerifier.create(sluice.submit(tasks, RuntimeTest::nameOf))
        .thenConsumeWhile(name -> true)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(AdmissionStalledException.class)
                    .hasMessageContaining("lastUse"))
        .verify(BOUND);
  }

  /// Each reads the one before: the window is two tensors wide, however long the chain.
  @Test
  void aChainInOneScopeNeedsNoMoreThanItsWindow() {
    Tensor[] before = {slabs(2)};
    Flux<Task> tasks =
        Flux.range(0, MANY)
            .map(
                i -> {
                  Tensor old = before[0];
                  before[0] = slabs(2);
                  return i == 0
                      ? quick("first").out(before[0])
                      : quick("next").in(old).out(before[0]).lastUse(old);
                });
    passes(tasks, MANY);
  }

  @Test
  void aResultThatYieldsItMayBeItsLastUse() {
    Flux<Task> tasks =
        Flux.range(0, MANY)
            .map(RuntimeTest::writing)
            .map(task -> task.lastUse(task.yielded().getFirst().tensor()));
    StepVerifier.create(sluice.submitSequential(tasks, RuntimeTest::valueOf))
        .expectNextSequence(IntStream.range(0, MANY).map(i -> i % 256).boxed().toList())
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aSliceMayBeTheLastUseOfTheWhole() {
    Flux<Task> tasks =
        Flux.range(0, MANY)
            .concatMapIterable(
                i -> {
                  Tensor tensor = slabs(4);
                  return List.of(
                      Task.alloc(tensor),
                      quick("tile").out(tensor.rows(0, SLAB)),
                      quick("more").inout(tensor.rows(SLAB, 2L * SLAB)).lastUse(tensor));
                });
    passes(tasks, 3L * MANY);
  }

  @Test
  void aGroupMayBeTheLastUse() {
    Flux<Task> tasks =
        Flux.range(0, 100)
            .concatMapIterable(
                i -> {
                  Tensor tensor = slabs(4);
                  Task group =
                      Task.group(
                          "halves",
                          context -> {},
                          Arguments.none().in(tensor.rows(0, SLAB)),
                          Arguments.none().in(tensor.rows(SLAB, 2L * SLAB)));
                  return List.of(quick("write").out(tensor), group.lastUse(tensor));
                });
    passes(tasks, 200);
  }

  @Test
  void itsBytesStayForThoseAdmittedBefore() {
    Tensor tensor = slabs(1);
    Task slow = Task.call("slow", kernels.kernel()).in(tensor);
    StepVerifier.create(
            sluice
                .submit(
                    Flux.just(quick("write").out(tensor), slow, reading(tensor).lastUse(tensor))
                        .concatWith(Flux.never()))
                .map(RuntimeTest::nameOf))
        .expectNext("write", "read")
        .then(() -> kernels.awaitStarted("slow"))
        .then(() -> assertThat(settled().freeBytes()).isEqualTo(7 * SLAB))
        .then(() -> kernels.complete("slow"))
        .expectNext("slow")
        .then(() -> assertThat(settled().freeBytes()).isEqualTo(8 * SLAB))
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aLaterReaderIsRefusedAndAnotherWriteEndsThat() {
    Tensor tensor = slabs(1);
    Task held = reading(tensor).named("held").yields(tensor);
    StepVerifier.create(
            sluice
                .submitDelayError(
                    Flux.just(
                        quick("write").out(tensor),
                        held.lastUse(tensor),
                        reading(tensor).named("late"),
                        quick("again").out(tensor),
                        reading(tensor).named("fine")),
                    RuntimeTest::nameOf)
                .collectList()
                .onErrorResume(error -> reportOf(error)))
        .expectNext(List.of("task 'late' names " + tensor + " as IN"))
        .expectComplete()
        .verify(BOUND);
  }

  private static Mono<List<String>> reportOf(Throwable error) {
    List<Throwable> causes = ((CompositeTaskException) error).causes();
    assertThat(causes).hasSize(1).allMatch(TensorUnavailableException.class::isInstance);
    assertThat(((TensorUnavailableException) causes.getFirst()).reason())
        .isEqualTo(Reason.LAST_USE);
    return Mono.just(List.of(causes.getFirst().getMessage().replaceAll(", but .*", "")));
  }
}
