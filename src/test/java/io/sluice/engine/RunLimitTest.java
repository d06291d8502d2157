package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.config.HeapPolicy;
import io.sluice.error.AdmissionStalledException;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.TaskTooLargeException;
import io.sluice.error.TaskTooLargeException.Bound;
import io.sluice.task.TaskEvent;
import io.sluice.task.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A limit of bytes for one run, and a look-ahead that follows the free bytes.
class RunLimitTest {
  private static final long TIMEOUT_NS = 1_000;
  private static final int KIB = 1_024;

  private final TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 16, 4, TIMEOUT_NS);

  private Run limited(int kibibytes) {
    return test.program(run -> run.heapLimit(DataSize.kibibytes(kibibytes)));
  }

  private static Slot inScopeOfItsOwn(TestEngine test, Run run, int kibibytes) {
    Scope scope = test.engine.openScope(run.outerScope());
    Slot slot = test.admit(test.source(run, scope), call("held").out(kibibytes(kibibytes)));
    test.engine.endScope(scope);
    return slot;
  }

  private Source waits(Run run, int kibibytes) {
    Source source = test.source(run);
    test.engine.submit(source, call("waits").out(kibibytes(kibibytes)));
    assertThat(source.waitingCount()).isOne();
    return source;
  }

  @Test
  void aClaimAboveItsRunsLimitWaitsUntilItsRunLetsGoThoughTheHeapHasRoom() {
    Run run = limited(4);
    Slot held = inScopeOfItsOwn(test, run, 3);
    Source waiting = waits(run, 2);
    Diagnosis told = test.engine.diagnose();
    assertThat(told.reason()).isEqualTo(Reason.RUN_LIMIT);
    assertThat(told.sentence())
        .contains("needs 2,048 bytes", "run 1 holds 3,072 of its limit of 4,096")
        .contains("heapLimit(");
    assertThat(test.engine.heap().freeBytes()).isEqualTo(13 * KIB);
    test.complete(held);
    assertThat(waiting.waitingCount()).isZero();
    assertThat(run.demand().heapBytes()).isEqualTo(2 * KIB);
  }

  @Test
  void aTaskOfExactlyTheLimitIsAdmittedAndALargerOneIsRefusedAtOnceWithBothSizes() {
    Run run = limited(4);
    TaskTooLargeException error =
        (TaskTooLargeException) test.refusal(test.source(run), call("wide").out(kibibytes(5)));
    assertThat(error.bound()).isEqualTo(Bound.RUN_LIMIT);
    assertThat(error).hasMessageContaining("5,120").hasMessageContaining("4,096");
    assertThat(error).hasMessageContaining("heapLimit(");
    assertThat(inScopeOfItsOwn(test, run, 4).slabBytes()).isEqualTo(4 * KIB);
  }

  @Test
  void aRunAtItsLimitHoldsNobodyElseBackHoweverOftenItIsPassed() {
    Run run = limited(4);
    Slot held = inScopeOfItsOwn(test, run, 4);
    Source waiting = waits(run, 1);
    Run others = test.program();
    for (int i = 0; i < 3 * EngineConfig.MAX_BYPASSES; i++) {
      test.complete(inScopeOfItsOwn(test, others, 1));
      assertThat(test.engine.reservedFor()).isNull();
    }
    test.complete(held);
    assertThat(waiting.waitingCount()).isZero();
  }

  /// A large claim of one source waits while small ones of its siblings come and go.
  private Slot passed(Run run, int times) {
    Slot next = inScopeOfItsOwn(test, run, 1);
    for (int i = 0; i < times; i++) {
      Slot last = next;
      next = inScopeOfItsOwn(test, run, 1);
      test.complete(last);
    }
    return next;
  }

  @Test
  void aClaimThatItsSiblingsPassed64TimesIsNext() {
    Run run = limited(4);
    Slot first = inScopeOfItsOwn(test, run, 1);
    Source large = waits(run, 4);
    Slot last = passed(run, EngineConfig.MAX_BYPASSES - 1);
    test.complete(first);
    assertThat(test.engine.reservedFor(run)).isSameAs(large);
    Source late = waits(run, 1);
    assertThat(test.engine.diagnose().reason()).as("of the large one").isEqualTo(Reason.RUN_LIMIT);
    test.complete(last);
    assertThat(large.waitingCount()).as("had its turn").isZero();
    assertThat(test.engine.reservedFor(run)).isNull();
    assertThat(late.waitingCount()).isOne();
    assertThat(inScopeOfItsOwn(test, test.program(), 1)).as("others have bytes").isNotNull();
  }

  @Test
  void roomIsNotKeptInVain() {
    Run run = limited(4);
    test.complete(test.admit(test.source(run), call("kept").out(kibibytes(1))));
    Slot running = inScopeOfItsOwn(test, run, 1);
    Source hopeless = waits(run, 4);
    var _ = passed(run, 2 * EngineConfig.MAX_BYPASSES);
    assertThat(test.engine.reservedFor(run)).as("a scope keeps room").isNull();
    assertThat(hopeless.waitingCount()).isOne();
    test.complete(running);
  }

  @Test
  void roomIsKeptNoLongerThanItsRunCanMakeIt() {
    Run run = limited(4);
    Tensor t = kibibytes(1);
    Scope scope = test.engine.openScope(run.outerScope());
    Slot yields = test.admit(test.source(run, scope), call("yields").out(t).yields(t));
    test.engine.endScope(scope);
    Source large = waits(run, 4);
    Slot last = passed(run, EngineConfig.MAX_BYPASSES - 1);
    assertThat(test.engine.reservedFor(run)).isSameAs(large);
    test.complete(yields);
    assertThat(test.engine.reservedFor(run)).as("an open result holds a part").isNull();
    assertThat(inScopeOfItsOwn(test, run, 1)).as("a sibling passes").isNotNull();
    test.complete(last);
    test.engine.resultClosed(yields);
  }

  @Test
  void oneRunsLimitIsNotAnothers() {
    Run run = limited(4);
    Run other = limited(4);
    var _ = inScopeOfItsOwn(test, run, 4);
    assertThat(inScopeOfItsOwn(test, other, 4).slabBytes()).isEqualTo(4 * KIB);
  }

  @Test
  void aRunThatBlocksItselfByItsLimitAndItsScopeIsStalledAtOnce() {
    Run run = limited(4);
    Source source = test.source(run);
    test.complete(test.admit(source, call("first").out(kibibytes(3))));
    test.engine.submit(source, call("second").out(kibibytes(2)));
    Diagnosis told = ((AdmissionStalledException) test.refused.getLast()).diagnosis();
    assertThat(told.reason()).isEqualTo(Reason.RUN_LIMIT);
    assertThat(told.holder()).contains("scopes of run 1 (3,072 bytes)");
    assertThat(told.knob()).contains("scopes", "heapLimit(");
  }

  @Test
  void aLimitHeldByItsOwnOpenResultsIsReportedAndNoError() {
    Run run = limited(2);
    Scope scope = test.engine.openScope(run.outerScope());
    Tensor t = kibibytes(2);
    Slot held = test.admit(test.source(run, scope), call("held").out(t).yields(t));
    test.engine.endScope(scope);
    test.complete(held);
    Source waiting = waits(run, 1);
    test.engine.advanceTo(TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(test.refused).isEmpty();
    assertThat(test.events).filteredOn(TaskEvent.Stalled.class::isInstance).hasSize(1);
    test.engine.resultClosed(held);
    assertThat(waiting.waitingCount()).isZero();
  }

  @Test
  void aLimitHeldByAKernelThatRunsOnIsAnErrorAfterTheTimeout() {
    Run run = limited(2);
    var _ = inScopeOfItsOwn(test, run, 2);
    var _ = waits(run, 1);
    test.engine.advanceTo(TIMEOUT_NS);
    test.engine.timerFired();
    assertThat(test.refused).hasSize(1);
    assertThat(test.refused.getFirst()).hasMessageContaining("its limit of 2,048");
  }

  @Test
  void inATimeOfOtherRunsProgressTheLimitedClaimIsServedAsSoonAsItFits() {
    Run run = limited(4);
    Slot a = inScopeOfItsOwn(test, run, 2);
    Slot b = inScopeOfItsOwn(test, run, 2);
    Source waiting = waits(run, 3);
    test.complete(a);
    assertThat(waiting.waitingCount()).as("2 of 4 are held").isOne();
    test.complete(b);
    assertThat(waiting.waitingCount()).isZero();
  }

  // ---- a declared largest task ----

  private Source pulled(Run run) {
    return test.engine.openSource(run, run.outerScope(), true, false, "pulled");
  }

  private Run declared(int lookAhead, int kibibytes) {
    return test.program(run -> run.lookAhead(lookAhead).largestTask(DataSize.kibibytes(kibibytes)));
  }

  @Test
  void withADeclaredLargestTaskTheLookAheadFollowsTheFreeBytes() {
    Run others = test.program();
    List<Slot> filling = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      filling.add(inScopeOfItsOwn(test, others, 4));
    }
    Source source = pulled(declared(8, 2));
    assertThat(source.requestedCount()).as("4 of 16 KiB are free").isEqualTo(2);
    test.complete(filling.removeFirst());
    assertThat(source.requestedCount()).as("8 KiB are free").isEqualTo(4);
    test.complete(filling.removeFirst());
    assertThat(source.requestedCount()).as("12 KiB are free").isEqualTo(6);
    test.complete(filling.removeFirst());
    assertThat(source.requestedCount()).as("16 KiB are free").isEqualTo(8);
  }

  @Test
  void asTasksAreAdmittedNoMoreIsAskedForThanStillFits() {
    Run run = declared(16, 4);
    Source source = pulled(run);
    assertThat(source.requestedCount()).isEqualTo(4);
    for (int i = 1; i <= 3; i++) {
      test.engine.submit(source, call("task").out(kibibytes(4)));
      assertThat(source.requestedCount() - source.handledCount()).isEqualTo(4 - i);
    }
    test.engine.submit(source, call("task").out(kibibytes(4)));
    assertThat(source.requestedCount()).as("always for one").isEqualTo(5);
    test.engine.submit(source, call("waits").out(kibibytes(4)));
    assertThat(source.requestedCount()).as("which waits").isEqualTo(5);
  }

  @Test
  void theLookAheadIsTheMost() {
    assertThat(pulled(declared(3, 1)).requestedCount()).isEqualTo(3);
  }

  @Test
  void theLookAheadFollowsTheRunsLimitToo() {
    Run run =
        test.program(
            options ->
                options
                    .lookAhead(8)
                    .heapLimit(DataSize.kibibytes(4))
                    .largestTask(DataSize.kibibytes(2)));
    assertThat(pulled(run).requestedCount()).isEqualTo(2);
  }

  @Test
  void aTaskLargerThanDeclaredIsRefusedWithBothSizes() {
    Run run = declared(8, 2);
    TaskTooLargeException error =
        (TaskTooLargeException) test.refusal(test.source(run), call("wide").out(kibibytes(3)));
    assertThat(error.bound()).isEqualTo(Bound.LARGEST_TASK);
    assertThat(error).hasMessageContaining("3,072").hasMessageContaining("2,048");
    assertThat(error).hasMessageContaining("largestTask(");
  }

  /// Outputs are rounded up to 1,024, so the declared size is, too.
  @Test
  void aTaskOfExactlyTheDeclaredSizeIsNoLarger() {
    Run run = test.program(options -> options.largestTask(DataSize.bytes(1_500)));
    Slot slot =
        test.admit(
            test.source(run), call("task").out(Tensor.of(io.sluice.task.DType.UINT8, 1_500)));
    assertThat(slot.slabBytes()).isEqualTo(2 * KIB);
  }
}
