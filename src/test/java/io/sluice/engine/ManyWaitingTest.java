package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.task.Tensor;
import org.junit.jupiter.api.Test;

/// Claims that can't be served are not looked at again until something changes for them, and then they
/// are.
class ManyWaitingTest {
  private static final long TIMEOUT_NS = 1_000;

  private final TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 4, 2, TIMEOUT_NS);

  @Test
  void aFreedSlabIsNotOfferedToEachOfThoseThatWait() {
    int count = 2_000;
    Run run = test.program();
    int[] triedCount = {0};
    test.engine.claims().probe = step -> triedCount[0] += step == Claims.Step.RESERVE ? 1 : 0;
    for (int i = 0; i < count; i++) {
      submitInScopeOfItsOwn(run);
    }
    while (!test.running.isEmpty()) {
      test.complete(test.running.getFirst());
    }
    assertThat(test.admitted).hasSize(count);
    assertThat(triedCount[0]).as("looks at a claim").isLessThan(4 * count);
  }

  private void submitInScopeOfItsOwn(Run run) {
    Scope scope = test.engine.openScope(run.outerScope());
    Source source = test.engine.openSource(run, scope, false, true, "source");
    test.engine.submit(source, call("one of many").out(kibibytes(1)));
    test.engine.sourceEnded(source);
  }

  @Test
  void aClaimPausedByItsRunsLimitOfTasksWaitsForBytesAgainWhenTheRunIsBelowIt() {
    Slot held = test.admit(test.source(test.program()), call("held").out(kibibytes(4)));
    Run run = test.open(FailureMode.PROGRAM, 1);
    Source waiting = waits(run, kibibytes(1));
    Slot small = test.admit(test.source(run), call("needs no bytes"));
    assertThat(waiting.waitsForBytes).as("at its run's limit").isFalse();
    test.complete(small);
    test.delivered(run, 1);
    assertThat(waiting.waitsForBytes).as("below it").isTrue();
    assertThat(held.isDecided()).isFalse();
  }

  @Test
  void aClaimWhoseInputIsGoneIsRefusedThoughItsBytesAreNotThere() {
    Run run = test.program();
    Scope scope = test.engine.openScope(run.outerScope());
    Tensor input = kibibytes(1);
    test.complete(test.admit(test.source(run, scope), call("writes").out(input)));
    var _ = test.admit(test.source(test.program()), call("held").out(kibibytes(3)));
    Source waiting = test.source(run);
    test.engine.submit(waiting, call("reads").in(input).out(kibibytes(2)));
    assertThat(waiting.waitingCount()).isOne();
    test.engine.endScope(scope);
    assertThat(test.refused).hasSize(1);
    assertThat(test.refused.getFirst()).hasMessageContaining("scope");
  }

  private Source waits(Run run, Tensor output) {
    Source source = test.source(run);
    test.engine.submit(source, call("waits").out(output));
    assertThat(source.waitingCount()).isOne();
    return source;
  }
}
