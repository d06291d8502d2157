package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.config.RunOptions;
import io.sluice.error.TaskCancelledException;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A full heap holds tasks back, and a freed slab lets them in.
class BackPressureTest {

  @ParameterizedTest
  @EnumSource(HeapPolicy.class)
  void aFullHeapHoldsTheNextTaskUntilASlabIsReleased(HeapPolicy policy) {
    TestEngine test = new TestEngine(policy, 2, 2);
    Run run = test.program();
    Slot first = inScopeOfItsOwn(test, run, call("first").out(kibibytes(2)));
    Source waiting = test.source(run);
    test.engine.submit(waiting, call("second").out(kibibytes(1)));
    assertThat(test.admitted).containsExactly(first);
    test.complete(first);
    assertThat(test.admitted).hasSize(2);
    assertThat(waiting.waitingCount()).isZero();
  }

  private static Slot inScopeOfItsOwn(TestEngine test, Run run, Task task) {
    Scope scope = test.engine.openScope(run.outerScope());
    Slot slot = test.admit(test.source(run, scope), task);
    test.engine.endScope(scope);
    return slot;
  }

  /// H-03: what waits has taken nothing, so that nothing has to be given back.
  @Test
  void cancellingTheRunEndsAWaitingAdmission() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.program();
    Slot first = test.admit(test.source(run), call("first").out(kibibytes(2)));
    Source waiting = test.source(run);
    test.engine.submit(waiting, call("second").out(kibibytes(1)));
    test.engine.cancel(run);
    test.complete(first);
    assertThat(test.admitted).containsExactly(first);
    assertThat(waiting.waitingCount()).isZero();
    test.engine.closed(run);
    assertThat(test.engine.isQuiescent()).isTrue();
    assertThat(test.engine.heap().usedBytes()).isZero();
  }

  @Test
  void failingAllRunsEndsWaitingAdmissionsWithThatError() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.program();
    Slot first = test.admit(test.source(run), call("first").out(kibibytes(2)));
    test.engine.submit(test.source(run), call("second").out(kibibytes(1)));
    IllegalStateException shutdown = new IllegalStateException("shut down");
    test.engine.failAll(each -> shutdown);
    assertThat(test.ended).containsEntry(run, shutdown);
    test.complete(first);
    assertThat(test.admitted).containsExactly(first);
    assertThat(test.engine.heap().usedBytes()).isZero();
  }

  @Test
  void aRingReclaimsFirstInFirstOutAndWrapsToItsBase() {
    TestEngine test = new TestEngine(HeapPolicy.RING, 4, 4);
    Run run = test.program();
    Slot a = inScopeOfItsOwn(test, run, call("a").out(kibibytes(2)));
    Slot b = inScopeOfItsOwn(test, run, call("b").out(kibibytes(1)));
    Source waiting = test.source(run);
    test.engine.submit(waiting, call("c").out(kibibytes(2)));
    test.complete(b);
    assertThat(waiting.waitingCount()).as("the older slab pins what lies behind it").isOne();
    test.complete(a);
    Slot c = test.admitted.getLast();
    assertThat(c.version(0, 0).offsetBytes()).isZero();
  }

  /// H-04
  @ParameterizedTest
  @EnumSource(HeapPolicy.class)
  void anEmptyHeapServesAnyTaskUpToItsSize(HeapPolicy policy) {
    TestEngine test = new TestEngine(policy, 4, 1);
    Run run = test.program();
    test.complete(inScopeOfItsOwn(test, run, call("a").out(kibibytes(3))));
    test.complete(inScopeOfItsOwn(test, run, call("b").out(kibibytes(3))));
    test.complete(inScopeOfItsOwn(test, run, call("c").out(kibibytes(4))));
    assertThat(test.engine.heap().usedBytes()).isZero();
  }

  @Test
  void theLookAheadBoundsWhatIsAskedFor() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.engine.openRun(plan(3, Long.MAX_VALUE), "run");
    Source source = test.engine.openSource(run, run.outerScope(), true, false, "source");
    assertThat(test.requested).isEqualTo(3);
    test.engine.submit(source, call("a").out(kibibytes(2)));
    assertThat(test.requested).isEqualTo(4);
    test.engine.submit(source, call("b").out(kibibytes(2)));
    test.engine.submit(source, call("c").out(kibibytes(2)));
    assertThat(test.requested).as("nothing was admitted since").isEqualTo(4);
  }

  private static RunPlan plan(int lookAhead, long maxInFlight) {
    return new RunPlan(
        FailureMode.FAIL_FAST,
        RunOptions.defaults().lookAhead(lookAhead).maxInFlight(maxInFlight),
        true,
        false);
  }

  @Test
  void atItsMaximumInFlightARunAsksForNothingAndAdmitsNothing() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.engine.openRun(plan(2, 1), "run");
    Source source = test.engine.openSource(run, run.outerScope(), true, false, "source");
    test.engine.submit(source, call("a"));
    test.engine.submit(source, call("b"));
    assertThat(test.admitted).hasSize(1);
    test.complete(test.admitted.getFirst());
    assertThat(test.admitted).as("the result is undelivered").hasSize(1);
    assertThat(test.requested).isEqualTo(2);
    test.delivered(run, 1);
    assertThat(test.admitted).hasSize(2);
  }

  @Test
  void ofADeliveryItIsToldWhereResultsAreInTheWay() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.open(FailureMode.PROGRAM, 2);
    Source source = test.source(run);
    for (int i = 0; i < 4; i++) {
      test.engine.submit(source, call("task"));
    }
    assertThat(test.reportsAskedFor).as("no result is in the way").isEmpty();
    test.complete(test.admitted.getFirst());
    assertThat(test.admitted).as("the result is undelivered").hasSize(2);
    assertThat(test.reportsAskedFor).containsOnly(run);
    test.delivered(run, 1);
    assertThat(test.admitted).hasSize(3);
  }

  @Test
  void whatWasDeliveredUnaskedIsKnownWhenItMatters() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.open(FailureMode.PROGRAM, 2);
    Source source = test.source(run);
    for (int i = 0; i < 3; i++) {
      test.engine.submit(source, call("task"));
    }
    test.deliveredCounts.put(run, 1L);
    test.complete(test.admitted.getFirst());
    assertThat(test.admitted).hasSize(3);
    assertThat(run.demand().undeliveredCount()).isZero();
  }

  /// What fails at once but waits for its turn is still on the books.
  @Test
  void poisonedTasksBehindALongOneDoNotAddUp() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.open(FailureMode.DELAY_ERROR, 10);
    Source source = test.source(run);
    UserTensor user = TestEngine.userTensor(test.engine, 10);
    Tensor poisoned = kibibytes(1);
    Slot slow = test.admit(source, call("slow").in(user));
    Slot bad = test.admit(source, call("bad").out(poisoned));
    test.fail(bad, new IllegalStateException("bad"));
    for (int i = 0; i < 100; i++) {
      test.engine.submit(source, call("fails").in(poisoned).inout(user));
    }
    assertThat(test.engine.liveSlotCount()).isLessThanOrEqualTo(11);
    test.complete(slow);
    assertThat(test.failed).as("one by one, as they settle").hasSize(101);
  }

  @Test
  void aCancelledTaskNamesItsRun() {
    TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 2, 1);
    Run run = test.program();
    Source source = test.source(run);
    test.engine.submit(source, call("runs"));
    Slot ready = test.admit(source, call("ready"));
    test.engine.cancel(run);
    assertThat(ready.cause())
        .isInstanceOf(TaskCancelledException.class)
        .hasMessageContaining("run 1");
    assertThat(test.askedToStop).containsExactly(test.admitted.getFirst());
  }

  /// H-52
  @Test
  void aWaitingTaskIsServedOnceAnotherHasAllocatedItsOutput() {
    TestEngine test = TestEngine.ofKibibytes(3);
    Run holders = test.program();
    Slot low = inScopeOfItsOwn(test, holders, call("low").out(kibibytes(1)));
    test.admit(test.source(holders), call("middle").out(kibibytes(1)));
    test.complete(low);
    Source waiting = test.source(test.program());
    Tensor shared = kibibytes(1);
    test.engine.submit(waiting, call("waits").out(kibibytes(1), shared));
    assertThat(waiting.waitingCount()).as("2 KiB are free, but apart").isOne();
    test.admit(test.source(test.program()), Task.alloc(shared));
    assertThat(waiting.waitingCount()).as("1 KiB is enough now").isZero();
  }

  /// H-02: the scope ends, the result is closed, in whichever order: the bytes come back once.
  @Test
  void aHeldResultKeepsItsBytesWhenItsScopeHasEnded() {
    TestEngine test = TestEngine.ofKibibytes(2);
    Run run = test.program();
    Tensor tensor = kibibytes(2);
    Slot slot = inScopeOfItsOwn(test, run, call("a").out(tensor).yields(tensor));
    test.complete(slot);
    assertThat(test.engine.heap().usedBytes()).isEqualTo(2 * 1024);
    test.engine.resultClosed(slot);
    test.engine.resultClosed(slot);
    assertThat(test.engine.heap().usedBytes()).isZero();
  }
}
