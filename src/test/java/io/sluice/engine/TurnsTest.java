package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.RunOptions;
import org.junit.jupiter.api.Test;

/// What a sequential run keeps of tasks whose turn has not come.
class TurnsTest {
  private final TestEngine test = TestEngine.ofKibibytes(8);
  private final Run run =
      test.engine.openRun(
          new RunPlan(FailureMode.DELAY_ERROR, RunOptions.defaults(), true, true), "run");
  private final Source source = test.source(run);

  @Test
  void failuresBehindASlowTaskDoNotAddUp() {
    test.engine.submit(source, call("slow"));
    for (int i = 0; i < 1_000; i++) {
      test.engine.submit(source, call("bad"));
      test.fail(test.admitted.getLast(), new IllegalStateException("broken"));
    }
    Turns turns = java.util.Objects.requireNonNull(run.turns);
    assertThat(turns.completedCount()).isZero();
    turns.remove(test.admitted.getFirst().turn());
    assertThat(turns.firstSlot()).as("all others have left").isNull();
  }

  @Test
  void aTaskThatWasConsumedStillHasItsTurn() {
    test.engine.submit(source, call("slow"));
    test.engine.submit(source, call("quick"));
    test.complete(test.admitted.getLast());
    assertThat(test.completed).isEmpty();
    test.complete(test.admitted.getFirst());
    assertThat(test.completed)
        .extracting(slot -> slot.task().name())
        .containsExactly("slow", "quick");
  }
}
