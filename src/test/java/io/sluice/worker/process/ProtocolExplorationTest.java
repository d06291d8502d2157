package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The protocol in *every* order of its steps: the drain stages and takes back, the watcher collects and
/// sleeps, the child runs and sleeps, and is killed, between any two stores of anybody's. Where
/// [ProtocolModelTest] tries long programs by chance, this one tries short ones in full.
///
/// Where no step is left, each task has been told: nobody sleeps while there is something to do, although no
/// sleep ends by itself here. H-36, H-37, H-40, H-41, H-52.
class ProtocolExplorationTest {
  private static final int MOST_STATES = 3_000_000;

  @ParameterizedTest(name = "{0} frame(s), {1} tasks, {2} kill(s), {3} taken back")
  @CsvSource({"1, 2, 1, 1", "1, 3, 0, 2", "2, 2, 1, 1", "2, 3, 0, 2", "2, 3, 1, 0", "3, 2, 0, 2"})
  void eachTaskIsToldOnceInEachOrder(int frames, int tasks, int kills, int takeBacks) {
    ProtocolMachine machine = new ProtocolMachine(frames, tasks, kills, takeBacks);
    Set<State> seen = new HashSet<>();
    ArrayDeque<State> toVisit = new ArrayDeque<>();
    State first = new State(machine.save());
    seen.add(first);
    toVisit.add(first);
    while (!toVisit.isEmpty()) {
      State state = toVisit.removeLast();
      boolean isEnd = true;
      for (int step = 0; step < machine.stepCount(); step++) {
        machine.load(state.words);
        if (machine.take(step)) {
          isEnd &= machine.isByChoice(step);
          State next = new State(machine.save());
          if (seen.add(next)) {
            toVisit.add(next);
          }
        }
      }
      machine.load(state.words);
      assertThat(isEnd && !machine.isAllTold()).as("a standstill: %s", machine).isFalse();
      assertThat(seen.size()).as("states").isLessThan(MOST_STATES);
    }
    assertThat(seen.size()).as("states").isGreaterThan(100);
  }

  private static final class State {
    final int[] words;

    State(int[] words) {
      this.words = words;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof State state && Arrays.equals(words, state.words);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(words);
    }
  }
}
