package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.error.AdmissionStalledException;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.RunId;
import io.sluice.task.TaskEvent;
import io.sluice.task.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What can never move is an error at once; what does not move for the allocation timeout is one then.
class StallTest {
  private static final long TIMEOUT_NS = 1_000;

  private static Diagnosis diagnosis(TestEngine test) {
    return ((AdmissionStalledException) test.refused.getLast()).diagnosis();
  }

  /// H-08
  @Test
  void aRunWhoseOwnScopeHoldsTheHeapIsStalledAtItsLastTasksEnd() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.program();
    Source source = test.source(run);
    Slot first = test.admit(source, call("first").out(kibibytes(2)));
    test.engine.submit(source, call("second").out(kibibytes(1)));
    assertThat(test.refused).as("a task still runs").isEmpty();
    test.complete(first);
    Diagnosis told = diagnosis(test);
    assertThat(told.reason()).isEqualTo(Reason.HEAP_FULL);
    assertThat(told.neededBytes()).isEqualTo(1024);
    assertThat(told.freeBytes()).isZero();
    assertThat(told.holder()).contains("scopes of run 1 (2,048 bytes)");
    assertThat(told.knob()).contains("submitScoped");
    assertThat(test.events)
        .filteredOn(TaskEvent.Stalled.class::isInstance)
        .as("told of as well")
        .containsExactly(new TaskEvent.Stalled(run.id(), told));
    assertThat(test.refused.getLast()).hasMessageContaining("task 'second' can't be admitted");
  }

  @Test
  void freeBytesThatLieApartAreNamedAsFragmented() {
    TestEngine test = TestEngine.ofKibibytes(3);
    Run run = test.program();
    Source source = test.source(run);
    Tensor a = kibibytes(1);
    Tensor b = kibibytes(1);
    Tensor c = kibibytes(1);
    test.complete(test.admit(source, call("a").out(a)));
    test.complete(test.admit(source, call("b").out(b)));
    test.complete(test.admit(source, call("c").out(c)));
    test.complete(test.admit(source, call("last").in(a, c).lastUse(a, c)));
    test.engine.submit(source, call("wide").out(kibibytes(2)));
    assertThat(diagnosis(test).reason()).isEqualTo(Reason.FRAGMENTED);
    assertThat(diagnosis(test).freeBytes()).isEqualTo(2 * 1024);
    assertThat(diagnosis(test).largestFreeRunBytes()).isEqualTo(1024);
  }

  @Test
  void ofTwoRunsThatBlockEachOtherTheYoungestFails() {
    TestEngine test = TestEngine.ofKibibytes(4);
    Run old = test.program();
    Run young = test.program();
    Source oldSource = test.source(old);
    Source youngSource = test.source(young);
    test.complete(test.admit(youngSource, call("young").out(kibibytes(2))));
    test.complete(test.admit(oldSource, call("old").out(kibibytes(2))));
    test.engine.submit(oldSource, call("old waits").out(kibibytes(1)));
    assertThat(test.refused).as("the young run may still end").isEmpty();
    test.engine.submit(youngSource, call("young waits").out(kibibytes(1)));
    assertThat(test.refused).hasSize(1);
    assertThat(test.refused.getLast()).hasMessageContaining("'young waits'");
    assertThat(diagnosis(test).holder()).contains("scopes of run 1", "scopes of run 2");
    test.finish(young);
    assertThat(test.admitted.getLast().task().name()).isEqualTo("old waits");
  }

  @Test
  void atItsMaximumInFlightARunDoesNotWaitForBytesAndCanNotStall() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 4, TIMEOUT_NS);
    test.complete(test.admit(test.source(test.program()), call("holder").out(kibibytes(2))));
    Run run = test.open(FailureMode.PROGRAM, 1);
    Source waiting = test.source(run);
    test.engine.submit(waiting, call("waits").out(kibibytes(1)));
    test.complete(test.admit(test.source(run), call("small")));
    test.engine.advanceTo(3 * TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(test.refused).as("its subscriber is slow").isEmpty();
    test.delivered(run, 1);
    assertThat(test.timerNs).isEqualTo(4 * TIMEOUT_NS);
    test.engine.advanceTo(4 * TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(test.refused).hasSize(1);
    assertThat(waiting.waitingCount()).isZero();
  }

  /// None of them has anything in flight, so each that comes has all of them looked at.
  @Test
  @Timeout(90)
  void thousandsOfRunsMayWaitForBytesAtOnce() {
    TestEngine test = TestEngine.ofKibibytes(1);
    test.admit(test.source(test.program()), call("first").out(kibibytes(1)));
    for (int i = 0; i < 8_000; i++) {
      test.engine.submit(test.source(test.program()), call("waits").out(kibibytes(1)));
    }
    assertThat(test.admitted).hasSize(1);
    assertThat(test.refused).isEmpty();
  }

  /// H-05: the deadline starts again with each freed slab and each terminal task.
  @Test
  void slowProgressIsProgressAndStandingStillIsNot() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 4, TIMEOUT_NS);
    Run holder = test.program();
    test.complete(test.admit(test.source(holder), call("holder").out(kibibytes(2))));
    Source waiting = test.source(test.program());
    test.engine.submit(waiting, call("waits").out(kibibytes(1)));
    assertThat(test.timerNs).isEqualTo(TIMEOUT_NS);
    Slot slow = test.admit(test.source(holder), call("slow"));
    test.engine.advanceTo(900);
    test.complete(slow);
    test.engine.advanceTo(TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(test.refused).isEmpty();
    assertThat(test.timerNs).isEqualTo(900 + TIMEOUT_NS);
    test.engine.advanceTo(900 + TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(diagnosis(test).holder()).contains("scopes of run 1 (2,048 bytes)");
    assertThat(diagnosis(test).knob()).contains("allocationTimeout");
    assertThat(test.events)
        .filteredOn(TaskEvent.Stalled.class::isInstance)
        .containsExactly(new TaskEvent.Stalled(new RunId(2, null), diagnosis(test)));
  }

  @Test
  void aTimerThatComesTooEarlyEndsNothing() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 4, TIMEOUT_NS);
    test.complete(test.admit(test.source(test.program()), call("holder").out(kibibytes(2))));
    test.engine.submit(test.source(test.program()), call("waits").out(kibibytes(1)));
    test.engine.advanceTo(TIMEOUT_NS - 1);
    test.engine.timerFired();
    assertThat(test.refused).isEmpty();
    assertThat(test.timerNs).isEqualTo(TIMEOUT_NS);
  }

  @Test
  void timeInWhichOnlyItsOwnResultsHoldTheBytesIsReportedAndDoesNotCount() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 4, TIMEOUT_NS);
    Run run = test.program();
    Scope scope = test.engine.openScope(run.outerScope());
    Tensor t = kibibytes(2);
    Slot held = test.admit(test.source(run, scope), call("held").out(t).yields(t));
    test.engine.endScope(scope);
    test.complete(held);
    test.delivered(run, 1);
    test.engine.submit(test.source(run), call("waits").out(kibibytes(1)));
    for (int i = 1; i <= 3; i++) {
      test.engine.advanceTo(i * TIMEOUT_NS);
      test.engine.timerFired();
    }
    assertThat(test.refused).isEmpty();
    assertThat(test.events).filteredOn(TaskEvent.Stalled.class::isInstance).hasSize(3);
    TaskEvent.Stalled told = (TaskEvent.Stalled) test.events.getLast();
    assertThat(told.diagnosis().reason()).isEqualTo(Reason.RESULT_HELD);
    assertThat(told.diagnosis().knob()).contains("close results sooner");
    test.engine.resultClosed(held);
    assertThat(test.admitted).hasSize(2);
  }

  @Test
  void bytesHeldByAStrangersResultCountAndTheErrorNamesItsRun() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 4, TIMEOUT_NS);
    Run stranger = test.program();
    Tensor t = kibibytes(2);
    Slot held = test.admit(test.source(stranger), call("held").out(t).yields(t).lastUse(t));
    test.complete(held);
    test.engine.submit(test.source(test.program()), call("waits").out(kibibytes(1)));
    test.engine.advanceTo(TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(diagnosis(test).holder()).contains("open results or readers of run 1");
  }

  @Test
  void aKernelThatRunsForLongerThanTheTimeoutIsNamed() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 4, TIMEOUT_NS);
    Slot slow = test.admit(test.source(test.program()), call("slow").out(kibibytes(2)));
    test.engine.submit(test.source(test.program()), call("waits").out(kibibytes(1)));
    test.engine.advanceTo(TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(test.refused).hasSize(1);
    assertThat(diagnosis(test).holder()).contains("while " + slow + " runs");
  }

  @Test
  void aDrainThatWaitsForLongIsReportedWithWhatItWaitsFor() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 4, TIMEOUT_NS);
    Slot slow = test.admit(test.source(test.program()), call("slow"));
    test.engine.drain("drain");
    test.engine.advanceTo(TIMEOUT_NS);
    test.engine.timerFired();
    TaskEvent.Stalled told = (TaskEvent.Stalled) test.events.getLast();
    assertThat(told.diagnosis().reason()).isEqualTo(Reason.DRAIN_WAITS_FOR);
    assertThat(told.diagnosis().holder()).contains("1 open run(s) (run 1)", slow.toString());
  }

  /// A publisher that never says anything brings no event behind the one that opened its run.
  @Test
  void aWatchedRunInWhichNothingEverHappensIsReported() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 4, TIMEOUT_NS);
    test.program();
    assertThat(test.timerNs).as("asked for as the run opens").isEqualTo(TIMEOUT_NS);
    test.engine.advanceTo(TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(test.events)
        .singleElement()
        .isInstanceOfSatisfying(
            TaskEvent.Stalled.class,
            told -> assertThat(told.diagnosis()).isEqualTo(test.engine.diagnose()));
  }
}
