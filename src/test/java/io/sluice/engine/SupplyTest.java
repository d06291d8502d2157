package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static io.sluice.engine.TestEngine.userTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.TaskState;
import io.sluice.task.UserTensor;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A run with plenty of short tasks in hand is asked for more when half of them are left, and never waits for
/// that where it might wait for long.
class SupplyTest {
  private static final int PLENTY = EngineConfig.PLENTY_COUNT;
  private static final int WORKERS = 3;
  private static final long SHORT_NS = 100;
  private static final long LONG_NS = 50_000;

  private final WatchedEngine test = new WatchedEngine(WORKERS);
  private final Source source = pulled(test.open(FailureMode.DELAY_ERROR, Long.MAX_VALUE));

  private Source pulled(Run run) {
    return test.engine.openSource(run, run.outerScope(), true, false, "pulled");
  }

  private void complete(long runTimeNs) {
    var first = test.running.removeFirst();
    test.engine.memberCompleted(first.slot(), 0, first.slot().attempt(), runTimeNs);
  }

  /// So that the mean is of this length.
  private void learn(long runTimeNs) {
    for (int i = 0; i < 100; i++) {
      test.admit(source, call("sample"));
      complete(runTimeNs);
    }
  }

  /// Sends what is asked for, up to so many.
  private int send(int most, Task task) {
    int sent = 0;
    while (sent < most && test.requested > source.handledCount()) {
      test.admit(source, task);
      sent++;
    }
    return sent;
  }

  private boolean isAsked() {
    return test.requested > source.handledCount();
  }

  @Test
  void noMoreIsAskedForUntilHalfOfThemAreLeft() {
    learn(SHORT_NS);
    assertThat(send(2 * PLENTY, call("short"))).isEqualTo(PLENTY);
    for (int left = PLENTY; left > PLENTY / 2; left--) {
      assertThat(isAsked()).as("with %d left", left).isFalse();
      complete(SHORT_NS);
    }
    assertThat(send(2 * PLENTY, call("short"))).isEqualTo(PLENTY / 2);
  }

  @Test
  void tasksThatNobodyHasMeasuredOrThatAreLongAreAskedForAsBefore() {
    assertThat(send(2 * PLENTY, call("unknown"))).isEqualTo(2 * PLENTY);
    while (!test.running.isEmpty()) {
      complete(LONG_NS);
    }
    assertThat(send(2 * PLENTY, call("long"))).isEqualTo(2 * PLENTY);
  }

  @Test
  void tasksThatTurnOutToBeLongEndIt() {
    learn(SHORT_NS);
    send(PLENTY, call("short"));
    complete(LONG_NS);
    assertThat(isAsked()).as("by one of them").isFalse();
    for (int i = 0; i < 15; i++) {
      complete(LONG_NS);
    }
    assertThat(isAsked()).isTrue();
  }

  @Test
  void oneThatIsHeldUpEndsIt() {
    learn(SHORT_NS);
    send(PLENTY, call("short"));
    assertThat(test.keptBack).isNotEmpty();
    assertThat(isAsked()).isFalse();
    test.engine.heldUp(TestEngine.CPU, test.running.getFirst().worker());
    assertThat(isAsked()).isTrue();
  }

  /// Then nobody is left who would see that they are held up.
  @Test
  void workersThatAreAllBusyEndIt() {
    learn(SHORT_NS);
    send(PLENTY, call("short"));
    assertThat(isAsked()).isFalse();
    Source other = test.source(test.program());
    for (int worker = 0; worker < WORKERS; worker++) {
      test.admit(other, call("exact").on("cpu", worker));
    }
    assertThat(test.running).hasSize(WORKERS);
    assertThat(isAsked()).isTrue();
  }

  /// Of a chain none is left to a worker that is busy: only one is ready at a time.
  @Test
  void whoRunsAChainIsWatchedOver() {
    learn(SHORT_NS);
    UserTensor chained = userTensor(test.engine, 8);
    send(PLENTY / 4 - 1, call("chained").inout(chained));
    assertThat(test.keptBack).isEmpty();
    assertThat(test.engine.leavesShortTasks(worker -> true)).isFalse();
    send(1, call("chained").inout(chained));
    assertThat(test.keptBack).isNotEmpty();
    assertThat(test.engine.leavesShortTasks(worker -> true))
        .as("the next tasks can go along")
        .isTrue();
    assertThat(isAsked()).isTrue();
    send(PLENTY, call("chained").inout(chained));
    assertThat(isAsked()).isFalse();
  }

  @Test
  void aLinkThatIsHeldUpIsNoLongerCountedOn() {
    learn(SHORT_NS);
    UserTensor chained = userTensor(test.engine, 8);
    send(PLENTY, call("chained").inout(chained));
    assertThat(test.engine.leavesShortTasks(worker -> true)).isTrue();
    test.engine.heldUp(TestEngine.CPU, test.running.getFirst().worker());
    assertThat(test.engine.leavesShortTasks(worker -> true)).isFalse();
  }

  @Test
  void theEndOfAChainIsNotCountedOn() {
    learn(SHORT_NS);
    UserTensor chained = userTensor(test.engine, 8);
    send(PLENTY, call("chained").inout(chained));
    test.engine.withdraw(source);
    for (int left = PLENTY; left > 0; left--) {
      assertThat(test.running).as("with %d left", left).hasSize(1);
      complete(SHORT_NS);
    }
    assertThat(test.engine.leavesShortTasks(worker -> true)).isFalse();
  }

  /// Its next attempt comes in an hour.
  @Test
  void aHeadThatRestsIsNotCountedOn() {
    restingHead();
    assertThat(test.engine.leavesShortTasks(worker -> true)).isFalse();
  }

  /// Whatever they wait for is not about to come from this run.
  @Test
  void tasksThatAllWaitForAnotherRunAreNoSupply() {
    learn(SHORT_NS);
    UserTensor shared = userTensor(test.engine, 8);
    Source other = test.source(test.program());
    test.admit(other, call("first").inout(shared));
    assertThat(send(2 * PLENTY, call("second").inout(shared))).isEqualTo(2 * PLENTY);
  }

  /// A chain whose head failed, and is tried again in an hour.
  private Slot restingHead() {
    learn(SHORT_NS);
    UserTensor chained = userTensor(test.engine, 8);
    TaskRetry once = TaskRetry.fixedDelay(1, Duration.ofHours(1));
    send(1, call("head").inout(chained).idempotent().retry(once));
    Slot head = test.running.getFirst().slot();
    send(PLENTY, call("chained").inout(chained));
    assertThat(isAsked()).isFalse();
    test.fail(head, new IllegalStateException("once"));
    assertThat(head.state()).isEqualTo(TaskState.PENDING);
    return head;
  }

  @Test
  void tasksThatWaitForOneThatRestsAreNoSupply() {
    restingHead();
    assertThat(isAsked()).isTrue();
  }

  @Test
  void oneThatIsTriedAgainIsWatchedOver() {
    Slot head = restingHead();
    test.keptBack.clear();
    test.engine.advanceTo(Duration.ofHours(2).toNanos());
    test.engine.timerFired();
    assertThat(test.isRunning(head)).isTrue();
    assertThat(isAsked() || !test.keptBack.isEmpty()).isTrue();
  }

  @Test
  void aKernelThatWasGivenUpIsNoSupply() {
    learn(SHORT_NS);
    UserTensor shared = userTensor(test.engine, 8);
    test.admit(test.source(test.program()), call("first").inout(shared).on("LOADER"));
    test.running.clear();
    send(1, call("given up").timeout(Duration.ofNanos(1_000)));
    Slot givenUp = test.running.getFirst().slot();
    send(PLENTY, call("second").inout(shared));
    test.engine.advanceTo(1_000_000);
    test.engine.timerFired();
    assertThat(givenUp.state()).isEqualTo(TaskState.FAILED);
    test.engine.workerReplaced(givenUp, 0, givenUp.attempt());
    assertThat(isAsked()).isTrue();
  }

  /// A run that has had plenty, and of which nobody here keeps anything.
  private WeakReference<Run> closedRun() {
    Run run = test.open(FailureMode.DELAY_ERROR, Long.MAX_VALUE);
    Source of = pulled(run);
    for (int i = 0; i < PLENTY; i++) {
      test.engine.submit(of, call("short"));
    }
    assertThat(of.requestedCount()).as("was found to have enough").isEqualTo(of.handledCount());
    test.engine.cancel(run);
    complete(SHORT_NS);
    test.engine.closed(run);
    List.of(test.ended.keySet(), test.admitted, test.failed, test.askedToStop, test.interrupted)
        .forEach(Collection::clear);
    return new WeakReference<>(run);
  }

  @Test
  void aClosedRunIsForgotten() {
    learn(SHORT_NS);
    test.keepsNothing = true;
    WeakReference<Run> closed = closedRun();
    for (int i = 0; i < 10 && !closed.refersTo(null); i++) {
      System.gc();
    }
    assertThat(closed.refersTo(null)).isTrue();
  }

  @Test
  void aRunWithTasksForOtherPoolsIsAskedAsBefore() {
    learn(SHORT_NS);
    send(1, call("elsewhere").on("LOADER"));
    assertThat(send(2 * PLENTY, call("short"))).isEqualTo(2 * PLENTY);
  }
}
