package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.matrix.Answer.Wait;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Every answer, at once and after a wait, cancelled at every place. Nothing is left of any.
///
/// | place | makes no sense where |
/// | --- | --- |
/// | `WHILE_IT_WAITS` | the answer comes at once: the questions, what is refused |
/// | `BEFORE_ANY_REQUEST`, `INSIDE_ON_NEXT` | it is empty or fails |
/// | `INSIDE_THE_LAST_SIGNAL`, `BEHIND_THE_END` | `events()`, which ends with the runtime: see `DisposeTest` |
class AnswerMatrixTest {

  enum Place {
    NEVER,
    INSIDE_ON_SUBSCRIBE,
    WHILE_IT_WAITS,
    BEFORE_ANY_REQUEST,
    INSIDE_ON_NEXT,
    INSIDE_THE_LAST_SIGNAL,
    BEHIND_THE_END
  }

  static Stream<Arguments> cases() {
    return Arrays.stream(Answer.values())
        .flatMap(answer -> Arrays.stream(Place.values()).map(place -> new Case(answer, place)))
        .filter(Case::makesSense)
        .flatMap(one -> Stream.of(false, true).filter(one::mayBe).map(late -> one.given(late)));
  }

  record Case(Answer answer, Place place) {
    boolean makesSense() {
      return switch (place) {
        case NEVER, INSIDE_ON_SUBSCRIBE -> true;
        case WHILE_IT_WAITS -> answer.wait != Wait.NEVER;
        case BEFORE_ANY_REQUEST, INSIDE_ON_NEXT -> answer.elementCount() == 1;
        case INSIDE_THE_LAST_SIGNAL, BEHIND_THE_END -> answer != Answer.EVENTS;
      };
    }

    boolean mayBe(boolean late) {
      return late ? answer.wait != Wait.NEVER : place != Place.WHILE_IT_WAITS;
    }

    Arguments given(boolean late) {
      return Arguments.of(answer, place, late);
    }
  }

  private Subscription subscription;
  private int elementCount;
  private int lastSignalCount;

  @ParameterizedTest(name = "{0}, {1}, after a wait: {2}")
  @MethodSource("cases")
  void nothingIsLeft(Answer answer, Place place, boolean late) {
    try (Scene scene = new Scene()) {
      if (late && answer.wait == Wait.FOR_BYTES) {
        scene.fill();
      }
      if (!late && answer.needsTheProgramsEnd()) {
        scene.endProgram();
      }
      script(scene, answer, place, late).verify(Leftovers.BOUND);
      if (place == Place.WHILE_IT_WAITS) {
        answer.resolve(scene, late);
      }
      afterwards(scene, answer, place, late);
      if (answer == Answer.DISPOSE_GRACEFULLY) {
        Leftovers.assertNothingHeld(scene.test());
      } else {
        Leftovers.assertNone(scene.test());
      }
    }
    assertThat(Leftovers.threads()).as("threads").isEmpty();
  }

  private StepVerifier script(Scene scene, Answer answer, Place place, boolean late) {
    long first = place == Place.BEFORE_ANY_REQUEST ? 0 : Long.MAX_VALUE;
    var script = StepVerifier.create(observed(answer.open(scene), place), first);
    return switch (place) {
      case INSIDE_ON_SUBSCRIBE -> script.thenCancel();
      case WHILE_IT_WAITS ->
          script.then(() -> assertThat(elementCount + lastSignalCount).isZero()).thenCancel();
      case BEFORE_ANY_REQUEST -> script.then(() -> answer.resolve(scene, late)).thenCancel();
      case INSIDE_ON_NEXT ->
          script.then(() -> answer.resolve(scene, late)).consumeNextWith(Tasks::take).thenCancel();
      case NEVER, INSIDE_THE_LAST_SIGNAL, BEHIND_THE_END ->
          toTheEnd(script.then(() -> answer.resolve(scene, late)), answer);
    };
  }

  private StepVerifier toTheEnd(StepVerifier.Step<Object> script, Answer answer) {
    if (answer == Answer.EVENTS) {
      return script.consumeNextWith(Tasks::take).thenCancel();
    }
    if (answer.fails()) {
      return script.expectError();
    }
    return answer.elementCount() == 0
        ? script.expectComplete()
        : script.consumeNextWith(Tasks::take).expectComplete();
  }

  private Flux<Object> observed(Publisher<?> publisher, Place place) {
    return Flux.<Object>from(publisher)
        .doOnSubscribe(
            toAnswer -> {
              subscription = toAnswer;
              cancelIf(place == Place.INSIDE_ON_SUBSCRIBE);
            })
        .doOnNext(
            element -> {
              elementCount++;
              cancelIf(place == Place.INSIDE_ON_NEXT);
            })
        .doOnTerminate(
            () -> {
              lastSignalCount++;
              cancelIf(place == Place.INSIDE_THE_LAST_SIGNAL);
            });
  }

  private void cancelIf(boolean here) {
    if (here) {
      subscription.cancel();
    }
  }

  private void afterwards(Scene scene, Answer answer, Place place, boolean late) {
    int expected = expectedElements(answer, place);
    assertThat(elementCount).as("elements").isEqualTo(expected);
    if (place == Place.INSIDE_ON_SUBSCRIBE && late && answer.wait == Wait.FOR_BYTES) {
      scene.empty();
    }
    scene.runAll();
    if (place != Place.NEVER) {
      subscription.cancel();
      subscription.request(1);
      subscription.cancel();
    }
    scene.endProgram();
    assertThat(elementCount).as("elements behind the cancel").isEqualTo(expected);
  }

  private static int expectedElements(Answer answer, Place place) {
    return switch (place) {
      case INSIDE_ON_SUBSCRIBE, WHILE_IT_WAITS, BEFORE_ANY_REQUEST -> 0;
      default -> answer.elementCount();
    };
  }
}
