package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.matrix.Answer.Wait;
import io.sluice.matrix.HostileSubscriber.HostileException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;

/// Every answer, at once and after a wait, for every subscriber that misbehaves. Nothing is left, and
/// the runtime works for others.
class HostileListenerTest {
  /// What Reactor's own `Mono`s do, and are known to: they complete behind their element though they
  /// were cancelled inside it, tell who throws from `onSubscribe` of that as a new subscription, and who
  /// throws from `onComplete` as an error.
  private static final Set<String> REACTORS_OWN =
      Set.of(
          "onSubscribe came twice",
          "the last signal came behind the cancel",
          "a last signal came behind another one");

  static Stream<Arguments> answersAndVices() {
    return Arrays.stream(Answer.values())
        .flatMap(answer -> Arrays.stream(Vice.values()).map(vice -> Arguments.of(answer, vice)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("answersAndVices")
  void nothingIsLeft(Answer answer, Vice vice) {
    verify(answer, vice, false);
    if (answer.wait == Wait.FOR_BYTES) {
      verify(answer, vice, true);
    }
  }

  private static void verify(Answer answer, Vice vice, boolean late) {
    try (Scene scene = new Scene()) {
      if (late) {
        scene.fill();
      }
      Flux<Object> asked = Flux.from(answer.open(scene));
      HostileSubscriber subscriber = new HostileSubscriber(vice, scene.sluice(), asked);
      tolerating(() -> asked.subscribe(subscriber));
      answer.resolve(scene, late);
      assertThat(subscriber.breaches())
          .as("breaches of the rules")
          .filteredOn(breach -> !REACTORS_OWN.contains(breach))
          .isEmpty();
      tolerating(subscriber::leave);
      scene.runAll();
      scene.endProgram();
      scene.runAll();
      if (vice == Vice.DISPOSES_INSIDE_ON_NEXT || answer == Answer.DISPOSE_GRACEFULLY) {
        Leftovers.assertNothingHeld(scene.test());
      } else {
        Leftovers.assertNone(scene.test());
      }
    }
  }

  /// What it throws comes back to whoever calls it; for a context that is null, from Reactor.
  private static void tolerating(Runnable call) {
    try {
      call.run();
    } catch (HostileException | NullPointerException itsOwn) {
      // as the test wants it
    }
  }
}
