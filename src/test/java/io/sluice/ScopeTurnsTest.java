package io.sluice;

import static io.sluice.RuntimeTest.failure;
import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.config.RunOptions;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// The scopes of a stream have their turns in its order, be it known beforehand what they hold or not.
class ScopeTurnsTest extends ManualRuntimeTest {
  private static final int LOOK_AHEAD = 16;

  private final ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
  private final ManualPublisher<Task> inner = ManualPublisher.create();

  private static Task slab(String name) {
    return quick(name).out(slabs(1));
  }

  private static Publisher<Task> known(int number) {
    return Mono.just(slab("t" + number));
  }

  private Disposable subscribe() {
    return sluice.submitScoped(scopes).subscribe();
  }

  private List<String> admitted() {
    return heap.admitted().stream().map(Task::name).toList();
  }

  @Test
  void scopesOfOneKnownTaskAreAskedForAsTasksAre() {
    Disposable run = subscribe();
    scopes.assertRequested(1);
    for (int i = 0; i < 8; i++) {
      scopes.next(known(i));
      scopes.assertRequested(LOOK_AHEAD + i + 1);
    }
    for (int i = 8; i < 8 + LOOK_AHEAD; i++) {
      scopes.next(known(i));
    }
    scopes.assertRequested(LOOK_AHEAD + 8);
    assertThat(admitted()).hasSize(8);
    workers.complete("t0");
    assertThat(admitted()).hasSize(9);
    scopes.assertRequested(LOOK_AHEAD + 9);
    run.dispose();
  }

  @Test
  void aScopeToSubscribeToWaitsForTheKnownOnesBeforeIt() {
    Disposable run = subscribe();
    IntStream.range(0, 9).forEach(i -> scopes.next(known(i)));
    scopes.next(inner);
    assertThat(inner.isSubscribed()).as("t8 waits for bytes").isFalse();
    workers.complete("t0");
    inner.assertRequested(2);
    scopes.assertRequested(LOOK_AHEAD + 8);
    run.dispose();
  }

  /// What was asked for and not admitted, be it held here or still to come, never exceeds the look-ahead.
  @Test
  void scopesInHandCountForTheLookAheadOfTheOneBefore() {
    use(builder().lookAhead(4));
    Disposable run = subscribe();
    scopes.next(known(0));
    scopes.assertRequested(5);
    scopes.next(inner, known(1));
    inner.assertRequested(1);
    inner.next(slab("a"));
    inner.assertRequested(2);
    run.dispose();
  }

  @Test
  void knownScopesMoveWhenTheRunMayHaveMoreInFlightThoughNoOtherComes() {
    Disposable run = sluice.with(o -> o.maxInFlight(1)).submitScoped(scopes).subscribe();
    scopes.next(inner);
    inner.next(slab("a"));
    inner.complete();
    scopes.next(known(1));
    assertThat(admitted()).containsExactly("a");
    workers.complete("a");
    assertThat(admitted()).containsExactly("a", "t1");
    run.dispose();
  }

  @Test
  void knownScopesMoveBehindTheEndOfTheirStream() {
    Flux<Publisher<Task>> stream = Flux.just(Mono.just(slab("a")).hide(), known(1), known(2));
    StepVerifier.create(
            sluice.with(o -> o.maxInFlight(1)).submitScoped(stream).map(RuntimeTest::nameOf))
        .then(workers::runAll)
        .expectNext("a", "t1", "t2")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void knownScopesWaitForTheOneBeforeThatWasSubscribedTo() {
    use(builder().lookAhead(2));
    Disposable run = subscribe();
    scopes.next(known(0));
    scopes.assertRequested(3);
    scopes.next(inner, known(1));
    scopes.assertRequested(3);
    inner.next(slab("inner"));
    assertThat(admitted()).containsExactly("t0", "inner");
    inner.complete();
    assertThat(admitted()).containsExactly("t0", "inner", "t1");
    scopes.assertRequested(5);
    run.dispose();
  }

  @Test
  void nothingIsAskedForWhileAScopeThatWasSubscribedToHasItsTurn() {
    Disposable run = subscribe();
    scopes.next(inner);
    inner.next(slab("a"));
    scopes.assertRequested(1);
    inner.complete();
    scopes.assertRequested(2);
    run.dispose();
  }

  @ParameterizedTest
  @CsvSource({"65536, 0, 16", "1, 0, 16", "3, 0, 2", "65536, 1, 16", "65536, 3, 16", "2, 1, 1"})
  void aMixtureIsAdmittedInTheOrderOfTheStream(int maxInFlight, int largestSlabs, int lookAhead) {
    use(builder().lookAhead(lookAhead));
    List<String> names = new ArrayList<>();
    List<Publisher<Task>> mixture = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      mixture.add(i % 7 == 3 ? Flux.empty() : scope(i, names));
    }
    Submitter submitter = sluice.with(o -> limited(o, maxInFlight, largestSlabs));
    StepVerifier.create(submitter.submitScoped(Flux.fromIterable(mixture)).count())
        .then(workers::runAll)
        .expectNext((long) names.size())
        .expectComplete()
        .verify(BOUND);
    assertThat(admitted()).isEqualTo(names);
  }

  private static RunOptions limited(RunOptions options, int maxInFlight, int largestSlabs) {
    RunOptions limited = options.maxInFlight(maxInFlight);
    return largestSlabs == 0
        ? limited
        : limited.largestTask(DataSize.bytes((long) largestSlabs * SLAB));
  }

  private static Publisher<Task> scope(int number, List<String> names) {
    List<Task> tasks =
        IntStream.range(0, number % 5 == 0 ? 3 : 1)
            .mapToObj(place -> slab(number + "." + place))
            .toList();
    tasks.forEach(task -> names.add(task.name()));
    return number % 4 == 1 || tasks.size() > 1
        ? Flux.fromIterable(tasks)
        : Mono.just(tasks.getFirst());
  }

  @Test
  void whatAKnownScopeWroteIsNotToBeHadBehindIt() {
    Tensor tensor = slabs(1);
    Flux<Publisher<Task>> stream =
        Flux.just(
            Mono.just(quick("write").out(tensor)),
            Mono.just(quick("read").in(tensor)),
            Mono.just(quick("other")));
    StepVerifier.create(sluice.submitScopedDelayError(stream).map(RuntimeTest::nameOf))
        .then(workers::runAll)
        .expectNext("write", "other")
        .expectErrorSatisfies(
            error -> assertThat(error).hasRootCauseInstanceOf(TensorUnavailableException.class))
        .verify(BOUND);
  }

  @Test
  void anErrorInPlaceOfAScopeEndsTheRun() {
    RuntimeException broken = failure("broken");
    StepVerifier.create(sluice.submitScoped(Flux.just(known(0), Mono.error(broken), known(1))))
        .then(workers::runAll)
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
        .verify(BOUND);
    assertThat(admitted()).containsExactly("t0");
  }

  @Test
  void theErrorOfAStreamComesBehindItsKnownScopesIfItIsDelayed() {
    RuntimeException broken = failure("broken");
    Flux<Publisher<Task>> stream = Flux.range(0, 20).map(ScopeTurnsTest::known);
    StepVerifier.create(
            sluice.submitScopedDelayError(stream.concatWith(Flux.error(broken))).count())
        .then(workers::runAll)
        .expectErrorSatisfies(error -> assertThat(error).hasRootCause(broken))
        .verify(BOUND);
    assertThat(admitted()).hasSize(20);
  }

  @Test
  void aCancelledRunForgetsTheScopesThatWait() {
    Disposable run = subscribe();
    scopes.next(inner);
    run.dispose();
    scopes.assertCancelled();
    assertThat(inner.isCancelled()).isTrue();
    assertThat(admitted()).isEmpty();
  }

  /// A publisher that says it is known, and fails when it is asked; it is subscribed to.
  private static final class Unready extends Flux<Task> implements Fuseable.ScalarCallable<Task> {
    @Override
    public Task call() {
      throw failure("unready");
    }

    @Override
    public void subscribe(CoreSubscriber<? super Task> actual) {
      Flux.just(slab("unready")).subscribe(actual);
    }
  }

  @Test
  void aScopeThatCantBeAskedIsSubscribedTo() {
    StepVerifier.create(
            sluice.submitScoped(Flux.just(new Unready(), known(1))).map(RuntimeTest::nameOf))
        .then(workers::runAll)
        .expectNext("unready", "t1")
        .expectComplete()
        .verify(BOUND);
  }
}
