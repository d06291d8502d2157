package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.test.TestSluice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/// Every place where a user's publisher is subscribed to, in every mode, for every publisher that
/// misbehaves: its run ends or is cancelled, and nothing is left.
class HostilePublisherTest {

  /// Where the publisher stands, and what it emits there.
  record Place(
      String name,
      IntFunction<Object> elements,
      BiFunction<Sluice, Publisher<Object>, Flux<?>> run) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Place> places() {
    return Stream.of(
        tasks("submit", (s, p) -> s.submit(p)),
        tasks("submit read", (s, p) -> s.submit(p, Tasks::read)),
        tasks("submitDelayError", (s, p) -> s.submitDelayError(p)),
        tasks("submitSequential", (s, p) -> s.submitSequential(p)),
        tasks("submitSequentialDelayError", (s, p) -> s.submitSequentialDelayError(p)),
        tasks("a scope of submitScoped", (s, p) -> s.submitScoped(Flux.just(p))),
        tasks(
            "a scope of submitScopedDelayError", (s, p) -> s.submitScopedDelayError(Flux.just(p))),
        tasks(
            "a scope of submitScopedSequential", (s, p) -> s.submitScopedSequential(Flux.just(p))),
        tasks(
            "a scope of submitScopedSequentialDelayError",
            (s, p) -> s.submitScopedSequentialDelayError(Flux.just(p))),
        scopes("submitScoped", (s, p) -> s.submitScoped(p)),
        scopes("submitScoped read", (s, p) -> s.submitScoped(p, Tasks::read)),
        scopes("submitScopedDelayError", (s, p) -> s.submitScopedDelayError(p)),
        scopes("submitScopedSequential", (s, p) -> s.submitScopedSequential(p)),
        scopes("submitScopedSequentialDelayError", (s, p) -> s.submitScopedSequentialDelayError(p)),
        new Place("run", i -> i, (s, p) -> s.run(program -> p)));
  }

  @SuppressWarnings("unchecked")
  private static Place tasks(String name, BiFunction<Sluice, Publisher<Task>, Flux<?>> run) {
    return new Place(
        name, Tasks::writing, (s, p) -> run.apply(s, (Publisher<Task>) (Publisher<?>) p));
  }

  @SuppressWarnings("unchecked")
  private static Place scopes(
      String name, BiFunction<Sluice, Publisher<Publisher<Task>>, Flux<?>> run) {
    return new Place(
        name,
        i -> Flux.just(Tasks.writing(i)),
        (s, p) -> run.apply(s, (Publisher<Publisher<Task>>) (Publisher<?>) p));
  }

  static Stream<Arguments> placesAndFaults() {
    return places()
        .flatMap(place -> Arrays.stream(Fault.values()).map(fault -> Arguments.of(place, fault)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("placesAndFaults")
  void nothingIsLeft(Place place, Fault fault) {
    TestSluice test =
        TestSluice.of(
            Sluice.builder().heap(DataSize.kibibytes(Tasks.HEAP_SLABS)).threads("cpu", 2));
    HostilePublisher publisher = new HostilePublisher(fault, place.elements());
    Recorder recorder = new Recorder();
    List<Throwable> dropped = new ArrayList<>();
    Flux<?> run = place.run().apply(test.sluice(), publisher);
    run.contextWrite(context -> context.put("reactor.onErrorDropped.local", hook(dropped)))
        .subscribe(recorder);
    publisher.misbehave();
    test.workers().runAll();
    assertWhatWasSeen(fault, publisher, recorder);
    recorder.cancel();
    publisher.misbehaveLate();
    test.workers().runAll();
    Leftovers.assertNone(test);
    Leftovers.assertItEnds(test);
  }

  private static void assertWhatWasSeen(
      Fault fault, HostilePublisher publisher, Recorder recorder) {
    assertThat(recorder.lastSignalCount)
        .as("last signals")
        .isEqualTo(fault.fails() || fault.completes() ? 1 : 0);
    assertThat(recorder.error != null).as("whether it failed").isEqualTo(fault.fails());
    assertThat(recorder.error instanceof UpstreamProtocolException)
        .as("whether it is told of the rule")
        .isEqualTo(fault.isABreach());
    assertThat(publisher.strayCount()).as("stray subscriptions").isZero();
    if ((fault.isABreach() && fault != Fault.FAILS_WITH_NULL)
        || fault == Fault.THROWS_FROM_REQUEST
        || fault == Fault.THROWS_FROM_SUBSCRIBE_BEHIND_ON_SUBSCRIBE) {
      assertThat(publisher.isCancelled()).as("whether it was cancelled").isTrue();
    }
  }

  /// What comes too late is told to this hook instead of the log.
  private static Consumer<Throwable> hook(List<Throwable> dropped) {
    return dropped::add;
  }

  /// Asks for two elements.
  private static final class Recorder extends BaseSubscriber<Object> {
    private int lastSignalCount;
    private Throwable error;

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      subscription.request(2);
    }

    @Override
    protected void hookOnNext(Object element) {
      if (element instanceof TaskResult) {
        int _ = Tasks.take(element);
      }
    }

    @Override
    protected void hookOnComplete() {
      lastSignalCount++;
    }

    @Override
    protected void hookOnError(Throwable failure) {
      lastSignalCount++;
      error = failure;
    }
  }
}
