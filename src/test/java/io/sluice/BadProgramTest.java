package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.test.ManualPublisher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.test.StepVerifier;

/// Programs whose publishers break the rules of Reactive Streams, or go on behind their end.
class BadProgramTest extends RuntimeTest {
  private final RuntimeException broken = failure("broken");

  @Test
  void aProgramsPublisherThatThrowsFromSubscribeFailsItsRun() {
    Publisher<Integer> throwing =
        subscriber -> {
          throw broken;
        };
    StepVerifier.create(sluice.run(program -> throwing))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
        .verify(BOUND);
  }

  @Test
  void aProgramsPublisherIsHeldToTheSameRules() {
    ManualPublisher<Integer> elements = ManualPublisher.create();
    List<Object> dropped = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            sluice
                .run(program -> elements)
                .contextWrite(
                    context -> context.put("reactor.onNextDropped.local", consumer(dropped::add)))
                .contextWrite(
                    context -> context.put("reactor.onErrorDropped.local", consumer(told -> {}))))
        .then(() -> Await.emitted(elements, 1))
        .then(elements::complete)
        .then(() -> elements.next(2))
        .expectNext(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(dropped).containsExactly(2);
  }

  @Test
  void aProgramsPublisherThatHasEndedIsNotCancelledAnyMore() {
    ManualPublisher<Integer> elements = ManualPublisher.create();
    StepVerifier.create(sluice.run(program -> elements))
        .then(() -> elements.fail(broken))
        .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
        .verify(BOUND);
    assertThat(elements.isCancelled()).isFalse();
  }

  private static Consumer<Object> consumer(Consumer<Object> hook) {
    return hook;
  }
}
