package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What follows from a row of events waits until the engine is to catch up, and no longer.
class FollowUpsTest {
  private final TestEngine test = TestEngine.ofKibibytes(2);
  private final Run run = test.program();
  private final Source source = test.source(run);

  FollowUpsTest() {
    test.engine.gather();
  }

  @Test
  void tasksStartWhenTheEngineCatchesUp() {
    Slot first = test.admit(source, call("first"));
    Slot second = test.admit(source, call("second"));
    assertThat(test.running).isEmpty();
    test.engine.catchUp();
    assertThat(test.isRunning(first)).isTrue();
    assertThat(test.isRunning(second)).isTrue();
  }

  @Test
  void anyOtherEventHasTheEngineCatchUp() {
    Slot slot = test.admit(source, call("task"));
    test.engine.noMoreSources(run);
    assertThat(test.isRunning(slot)).isTrue();
  }

  @Test
  void anEngineThatDoesNotGatherIsNeverBehind() {
    TestEngine other = TestEngine.ofKibibytes(2);
    Slot slot = other.admit(other.source(other.program()), call("task"));
    assertThat(other.isRunning(slot)).isTrue();
  }

  @Test
  void whatCompletesIsToldAndGivesItsBytesBackAtOnce() {
    Slot slot = inScopeOfItsOwn(2);
    test.engine.catchUp();
    test.complete(slot);
    assertThat(test.completed).containsExactly(slot);
    assertThat(test.engine.heap().usedBytes()).isZero();
  }

  private Slot inScopeOfItsOwn(int kibibytes) {
    Scope scope = test.engine.openScope(run.outerScope());
    Slot slot = test.admit(test.source(run, scope), call("alone").out(kibibytes(kibibytes)));
    test.engine.endScope(scope);
    return slot;
  }

  @Test
  void whoWaitsForBytesIsServedBeforeATaskThatComesBehindTheirRelease() {
    Slot first = inScopeOfItsOwn(1);
    Source waiting = test.source(run);
    Source later = test.source(run);
    test.engine.submit(waiting, call("waits").out(kibibytes(2)));
    test.complete(first);
    test.engine.submit(later, call("comes later").out(kibibytes(1)));
    test.engine.catchUp();
    assertThat(test.admitted)
        .extracting(slot -> slot.task().name())
        .containsExactly("alone", "waits");
    assertThat(later.waitingCount()).isEqualTo(1);
  }

  @Test
  void aRunEndsWhenTheEngineCatchesUp() {
    Slot slot = test.admit(source, call("last"));
    test.engine.sourceEnded(source);
    test.engine.noMoreSources(run);
    test.complete(slot);
    assertThat(test.ended).isEmpty();
    test.engine.catchUp();
    assertThat(test.ended).containsKey(run);
  }
}
