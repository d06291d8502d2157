package io.sluice.engine;

import static io.sluice.engine.TestEngine.NOTHING;
import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.kibibytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.TaskState;
import io.sluice.task.UserTensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who runs next: groups, exact workers, runs in turn, bytes kept for those bypassed too often.
class SchedulingTest {
  private final TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 8, 2);
  private final Run run = test.program();
  private final Source source = test.source(run);

  private static Task group(String name, int members) {
    Arguments[] arguments = new Arguments[members];
    java.util.Arrays.fill(arguments, Arguments.none());
    return Task.group(name, NOTHING, arguments);
  }

  /// H-24
  @Test
  void theGroupAtTheHeadKeepsWorkersFromYoungerSingles() {
    Slot first = test.admit(source, call("first"));
    Slot second = test.admit(source, call("second"));
    Slot group = test.admit(source, group("group", 2));
    Slot single = test.admit(source, call("single"));
    test.complete(first);
    assertThat(single.state()).as("the idle worker is reserved").isEqualTo(TaskState.READY);
    test.complete(second);
    assertThat(test.running).allMatch(dispatch -> dispatch.slot() == group).hasSize(2);
    test.complete(group);
    assertThat(test.isRunning(single)).isTrue();
  }

  @Test
  void aGroupStartsAllMembersOrNoneEachOnItsWorker() {
    Slot group = test.admit(source, group("group", 2).on("cpu", 1, 0));
    assertThat(test.running.stream().map(TestEngine.Dispatch::worker)).containsExactly(1, 0);
    assertThat(group.state()).isEqualTo(TaskState.RUNNING);
  }

  @Test
  void whenAMemberFailsTheOthersAreAskedToStopAndTheGroupFailsOnce() {
    Slot group = test.admit(source, group("group", 2));
    test.fail(group, new IllegalStateException("member"));
    assertThat(test.askedToStop).containsExactly(group);
    assertThat(group.state()).isEqualTo(TaskState.RUNNING);
    test.complete(group);
    assertThat(test.failed).containsExactly(group);
    assertThat(group.cause()).hasRootCauseMessage("member");
  }

  /// H-27
  @Test
  void aReservingGroupThatIsCancelledGivesItsWorkersBack() {
    Run other = test.program();
    Slot busy = test.admit(test.source(other), call("busy"));
    test.admit(source, group("group", 2));
    test.engine.cancel(run);
    Slot single = test.admit(test.source(other), call("single"));
    assertThat(test.isRunning(single)).isTrue();
    assertThat(test.isRunning(busy)).isTrue();
  }

  /// H-21
  @Test
  void aTaskForABusyWorkerDoesNotHoldUpTheOthers() {
    Slot first = test.admit(source, call("first").on("cpu", 0));
    Slot second = test.admit(source, call("second").on("cpu", 0));
    Slot other = test.admit(source, call("other"));
    assertThat(test.isRunning(first) && test.isRunning(other)).isTrue();
    assertThat(second.state()).isEqualTo(TaskState.READY);
    test.complete(other);
    assertThat(second.state()).isEqualTo(TaskState.READY);
    test.complete(first);
    assertThat(test.isRunning(second)).isTrue();
  }

  @Test
  void aRunWithAThousandReadyTasksDelaysAnotherByOne() {
    for (int i = 0; i < 1_000; i++) {
      test.engine.submit(source, call("many"));
    }
    Slot few = test.admit(test.source(test.program()), call("few"));
    test.complete(test.running.getFirst());
    test.complete(test.running.getFirst());
    assertThat(test.isRunning(few)).isTrue();
  }

  @Test
  void withinARunReadyTasksStartFirstInFirstOut() {
    for (int i = 0; i < 10; i++) {
      test.engine.submit(source, call("task " + i));
    }
    for (long i = 0; i < 10; i++) {
      assertThat(test.running.getFirst().slot().sequence()).isEqualTo(i);
      test.complete(test.running.getFirst());
    }
  }

  @Test
  void aWaitingClaimThatWasBypassed64TimesKeepsBytesFromTheOthers() {
    Source wide = test.source(run);
    Run others = test.program();
    Slot before = small(others);
    test.engine.submit(wide, call("wide").out(kibibytes(8)));
    Slot next = before;
    for (int i = 0; i < EngineConfig.MAX_BYPASSES; i++) {
      Slot last = next;
      next = small(others);
      test.complete(last);
    }
    assertThat(test.engine.reservedFor()).isSameAs(wide);
    Source late = test.source(others);
    test.engine.submit(late, call("late").out(kibibytes(1)));
    assertThat(late.waitingCount()).as("there are bytes, but not for others").isOne();
    test.complete(next);
    assertThat(wide.waitingCount()).isZero();
    test.engine.cancel(run);
    test.complete(test.running.getFirst().slot());
    assertThat(late.waitingCount()).isZero();
  }

  private Slot small(Run others) {
    Scope scope = test.engine.openScope(others.outerScope());
    Slot slot = test.admit(test.source(others, scope), call("small").out(kibibytes(1)));
    test.engine.endScope(scope);
    return slot;
  }

  @Test
  void theReservationLapsesOnceNothingInFlightCanFreeBytes() {
    Source wide = test.source(run);
    Run others = test.program();
    test.complete(test.admit(test.source(others), call("kept").out(kibibytes(1))));
    Slot next = small(others);
    test.engine.submit(wide, call("wide").out(kibibytes(8)));
    for (int i = 0; i < 2 * EngineConfig.MAX_BYPASSES; i++) {
      Slot last = next;
      next = small(others);
      test.complete(last);
    }
    assertThat(test.engine.reservedFor()).as("a scope keeps bytes: in vain").isNull();
  }

  /// The oldest one waits for a scope, which may last.
  @Test
  void aClaimThatCanNotReserveKeepsNobodyElseFromReserving() {
    Run others = test.program();
    test.complete(test.admit(test.source(others), call("kept").out(kibibytes(1))));
    Source hopeless = test.source(run);
    Source wide = test.source(run);
    Slot next = small(others);
    test.engine.submit(hopeless, call("hopeless").out(kibibytes(8)));
    test.engine.submit(wide, call("wide").out(kibibytes(7)));
    for (int i = 0; i < EngineConfig.MAX_BYPASSES; i++) {
      Slot last = next;
      next = small(others);
      test.complete(last);
    }
    assertThat(test.engine.reservedFor()).isSameAs(wide);
  }

  @Test
  void theReservationLapsesOnceAllThatIsInFlightWaitsForAnOpenResult() {
    Run others = test.program();
    UserTensor user = TestEngine.userTensor(test.engine, 10);
    Slot held = test.admit(test.source(others), call("held").in(user).yields(user));
    test.complete(held);
    Scope scope = test.engine.openScope(others.outerScope());
    Slot blocked =
        test.admit(test.source(others, scope), call("blocked").out(kibibytes(1)).out(user));
    test.engine.endScope(scope);
    Source wide = test.source(run);
    Slot next = small(others);
    test.engine.submit(wide, call("wide").out(kibibytes(8)));
    for (int i = 0; i < EngineConfig.MAX_BYPASSES; i++) {
      Slot last = next;
      next = small(others);
      test.complete(last);
    }
    assertThat(test.engine.reservedFor()).isSameAs(wide);
    Source late = test.source(others);
    test.engine.submit(late, call("late").out(kibibytes(1)));
    assertThat(late.waitingCount()).isOne();
    test.complete(next);
    assertThat(blocked.state()).isEqualTo(TaskState.PENDING);
    assertThat(late.waitingCount()).as("only a user can free bytes for the wide one").isZero();
  }

  @Test
  void waitingRunsAreServedInTurn() {
    TestEngine narrow = new TestEngine(HeapPolicy.FIRST_FIT, 1, 1);
    Run a = narrow.program();
    Run b = narrow.program();
    Slot first = scoped(narrow, a, 1).getFirst();
    scoped(narrow, a, 3);
    scoped(narrow, b, 3);
    narrow.complete(first);
    while (!narrow.running.isEmpty()) {
      narrow.complete(narrow.running.getFirst());
    }
    assertThat(narrow.admitted.stream().skip(1).map(slot -> slot.run().number()))
        .containsExactly(1L, 2L, 1L, 2L, 1L, 2L);
  }

  private static List<Slot> scoped(TestEngine test, Run run, int count) {
    for (int i = 0; i < count; i++) {
      Scope scope = test.engine.openScope(run.outerScope());
      Source source = test.engine.openSource(run, scope, false, true, "source");
      test.engine.submit(source, call("task").out(kibibytes(1)));
      test.engine.sourceEnded(source);
    }
    return test.admitted;
  }
}
