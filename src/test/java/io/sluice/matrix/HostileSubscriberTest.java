package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.matrix.HostileSubscriber.HostileException;
import io.sluice.test.TestSluice;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/// Every way of running, for every subscriber that misbehaves. Nothing is left, the rules are kept
/// towards it, and the runtime works for others.
class HostileSubscriberTest {
  private static final List<Signal> SIGNALS =
      List.of(
          Signal.EMPTY,
          Signal.MANY,
          Signal.KERNEL_FAILS_LATER,
          Signal.PUBLISHER_FAILS_LATER,
          Signal.READER_FAILS_FIRST);

  static Stream<Arguments> routesAndVices() {
    return Route.withoutOptions()
        .flatMap(route -> Arrays.stream(Vice.values()).map(vice -> Arguments.of(route, vice)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("routesAndVices")
  void nothingIsLeft(Route route, Vice vice) {
    for (Signal signal : SIGNALS) {
      if (Boundary.NEVER.whyNot(route, signal) == null) {
        verify(route, vice, signal);
      }
    }
    assertThat(Leftovers.threads()).as("threads").isEmpty();
  }

  private static void verify(Route route, Vice vice, Signal signal) {
    TestSluice test =
        TestSluice.of(
            Sluice.builder().heap(DataSize.kibibytes(Tasks.HEAP_SLABS * 2)).threads("cpu", 2));
    try {
      verify(test, route, vice, signal);
      Leftovers.assertItEnds(test);
    } catch (Throwable failure) {
      throw new AssertionError(route + ", " + vice + ", " + signal, failure);
    }
  }

  private static void verify(TestSluice test, Route route, Vice vice, Signal signal) {
    Flux<Object> run = route.open(test.sluice(), signal.flux());
    HostileSubscriber subscriber = new HostileSubscriber(vice, test.sluice(), run);
    try {
      run.subscribe(subscriber);
    } catch (HostileException | NullPointerException itsOwn) {
      // it comes back to whoever subscribed it; for a context that is null, from Reactor
    }
    test.workers().runAll();
    assertWhatWasSeen(vice, signal, subscriber);
    subscriber.leave();
    test.workers().runAll();
    if (vice == Vice.DISPOSES_INSIDE_ON_NEXT) {
      Leftovers.assertNothingHeld(test);
    } else {
      Leftovers.assertNone(test);
    }
  }

  private static void assertWhatWasSeen(Vice vice, Signal signal, HostileSubscriber subscriber) {
    assertThat(subscriber.breaches()).as("breaches of the rules").isEmpty();
    if (vice.letsTheRunEnd()) {
      assertThat(subscriber.lastSignalCount()).as("last signals").isEqualTo(1);
      assertThat(subscriber.error() != null).as("whether it failed").isEqualTo(signal.fails());
    }
    boolean sawElements = signal.resultCount > 0 && signal.trouble != Signal.Trouble.PUBLISHER;
    if (sawElements && (vice.cancels() || vice == Vice.THROWS_FROM_ON_NEXT)) {
      assertThat(subscriber.elementCount()).as("elements").isEqualTo(1);
      assertThat(subscriber.lastSignalCount()).as("last signals").isZero();
    }
    if (vice == Vice.REQUESTS_NOTHING_INSIDE_ON_SUBSCRIBE
        || (sawElements && vice.requestsTooLittle())) {
      assertThat(subscriber.lastSignalCount()).as("last signals").isEqualTo(1);
      assertThat(subscriber.error()).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
