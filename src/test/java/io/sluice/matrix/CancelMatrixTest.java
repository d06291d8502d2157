package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way of running, every signal, every place to cancel at; [Boundary] says which of these make no
/// sense. Nothing is left of any.
class CancelMatrixTest {

  static Stream<Arguments> routesAndBoundaries() {
    return Route.all()
        .flatMap(
            route -> Arrays.stream(Boundary.values()).map(place -> Arguments.of(route, place)));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("routesAndBoundaries")
  void nothingIsLeftWhateverIsSignalled(Route route, Boundary boundary) {
    for (Signal signal : Signal.values()) {
      if (boundary.whyNot(route, signal) == null) {
        verify(route, signal, boundary);
      }
    }
    assertThat(Leftovers.threads()).as("threads").isEmpty();
  }

  private static void verify(Route route, Signal signal, Boundary boundary) {
    try (MatrixCase one = new MatrixCase(route, signal, boundary)) {
      one.verify();
    } catch (Throwable failure) {
      throw new AssertionError(route + ", " + signal + ", " + boundary, failure);
    }
  }

  /// What is left out is left out for a reason, and only there.
  @Test
  void eachRouteIsCancelledAtEachBoundaryAndSeesEachSignal() {
    for (Route route : Route.all().toList()) {
      for (Boundary boundary : Boundary.values()) {
        assertThat(signals(route, boundary)).as("%s, %s", route, boundary).isNotEmpty();
      }
      assertThat(signals(route, Boundary.NEVER))
          .as("%s", route)
          .hasSize(Signal.values().length - (route.reads() ? 0 : 2));
    }
  }

  private static List<Signal> signals(Route route, Boundary boundary) {
    return Arrays.stream(Signal.values())
        .filter(signal -> boundary.whyNot(route, signal) == null)
        .toList();
  }
}
