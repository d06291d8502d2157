package io.sluice.engine;

import static io.sluice.engine.TestEngine.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// When one more worker is given a task, and when tasks are left to those that are busy (H-55).
class WakeUpTest {
  private static final int WORKERS = 3;
  private static final long SHORT_NS = 100;
  private static final long LONG_NS = 50_000;

  private final WatchedEngine test = new WatchedEngine(WORKERS);
  private final Source source = test.source(test.program());

  private void complete(Slot slot, long runTimeNs) {
    test.running.removeIf(dispatch -> dispatch.slot() == slot);
    test.engine.memberCompleted(slot, 0, slot.attempt(), runTimeNs);
  }

  private Slot admit(String name) {
    return test.admit(source, call(name));
  }

  private void learn(long runTimeNs) {
    for (int i = 0; i < 100; i++) {
      complete(admit("sample"), runTimeNs);
    }
  }

  @Test
  void whatNobodyHasMeasuredGoesToWhoIsIdle() {
    admit("first");
    assertThat(test.isRunning(admit("second"))).isTrue();
    assertThat(test.keptBack).isEmpty();
  }

  @Test
  void shortTasksAreLeftToOneThatIsBusyAndTheShellIsToldEachTime() {
    learn(SHORT_NS);
    Slot first = admit("first");
    Slot second = admit("second");
    Slot third = admit("third");
    assertThat(test.isRunning(first)).isTrue();
    assertThat(List.of(second.state(), third.state())).containsOnly(TaskState.READY);
    assertThat(test.keptBack).containsExactly(TestEngine.CPU, TestEngine.CPU);
    complete(first, SHORT_NS);
    assertThat(test.isRunning(second)).isTrue();
    assertThat(third.state()).isEqualTo(TaskState.READY);
  }

  @Test
  void longTasksGoToWhoIsIdle() {
    learn(LONG_NS);
    admit("first");
    assertThat(test.isRunning(admit("second"))).isTrue();
  }

  /// Ten of 2 µs are worth one that is woken for 20 µs; nine are not.
  @Test
  void manyThatAreNotQuiteShortAreWorthAnother() {
    learn(2_000);
    admit("first");
    List<Slot> waiting = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      waiting.add(admit("task " + i));
    }
    assertThat(test.running).hasSize(1);
    waiting.add(admit("the tenth"));
    assertThat(test.isRunning(waiting.getFirst())).isTrue();
    assertThat(test.running).hasSize(2);
  }

  @Test
  void onlyWhoIsNotHeldUpIsCountedOn() {
    learn(SHORT_NS);
    Slot first = admit("first");
    Slot second = admit("second");
    Slot third = admit("third");
    test.engine.heldUp(TestEngine.CPU, test.running.getFirst().worker());
    assertThat(test.isRunning(second)).isTrue();
    assertThat(third.state()).as("left to the second").isEqualTo(TaskState.READY);
    complete(second, SHORT_NS);
    assertThat(test.isRunning(third)).as("beside the one that is held up").isTrue();
    complete(first, SHORT_NS);
    assertThat(admit("fourth").state()).as("left to the third").isEqualTo(TaskState.READY);
  }

  @Test
  void whoWasHeldUpAndIsFreeIsCountedOnAgain() {
    learn(SHORT_NS);
    Slot first = admit("first");
    int worker = test.running.getFirst().worker();
    test.engine.heldUp(TestEngine.CPU, worker);
    complete(first, SHORT_NS);
    test.engine.heldUp(TestEngine.CPU, worker);
    admit("second");
    assertThat(admit("third").state()).isEqualTo(TaskState.READY);
  }

  @Test
  void aTaskForAnIdleWorkerIsNotHeldUpByThoseThatAreLeft() {
    learn(SHORT_NS);
    admit("first");
    int busy = test.running.getFirst().worker();
    admit("left");
    for (int worker = 0; worker < WORKERS; worker++) {
      if (worker != busy) {
        assertThat(test.isRunning(test.admit(source, call("exact").on("cpu", worker)))).isTrue();
      }
    }
  }

  /// Two that wait for one worker, of which the others are idle, and one more as soon as one is done: somebody
  /// has to take what any worker may.
  @Test
  void theyAreNotLeftForEverToOneThatIsGivenOthers() {
    learn(SHORT_NS);
    admitExact(0);
    admitExact(0);
    Slot single = admit("single");
    int passes = 0;
    while (!test.isRunning(single) && passes < 1_000) {
      admitExact(0);
      completeFirst();
      passes++;
    }
    assertThat(passes).isEqualTo(ReadyLane.MAX_PASSES);
  }

  /// They are older, and there are many: whoever comes after them need not wait for all.
  @Test
  void norToOneForWhomManyWaited() {
    learn(SHORT_NS);
    for (int i = 0; i < 1_000; i++) {
      admitExact(0);
    }
    Slot single = admit("single");
    for (int i = 0; i < ReadyLane.MAX_PASSES; i++) {
      assertThat(single.state()).as("after %d", i).isEqualTo(TaskState.READY);
      completeFirst();
    }
    assertThat(test.isRunning(single)).isTrue();
  }

  /// At any time one of them is busy, with a task for which it is the only one.
  @Test
  void norToSeveralInTurn() {
    learn(SHORT_NS);
    admitExact(0);
    admitExact(1);
    Slot single = admit("single");
    int passes = 0;
    while (!test.isRunning(single) && passes < 1_000) {
      admitExact(passes % 2);
      completeFirst();
      passes++;
    }
    assertThat(passes).isLessThanOrEqualTo(ReadyLane.MAX_PASSES + 2);
  }

  @Test
  void norToThoseThatAreGivenGroups() {
    learn(SHORT_NS);
    for (int i = 0; i < 1_000; i++) {
      test.admit(
          source,
          Task.group("group", TestEngine.NOTHING, Arguments.none(), Arguments.none())
              .on("cpu", 0, 1));
    }
    Slot single = admit("single");
    int ended = 0;
    while (!test.isRunning(single) && ended < 3_000) {
      completeFirst();
      ended++;
    }
    assertThat(ended).isLessThanOrEqualTo(2 * ReadyLane.MAX_PASSES + 2);
  }

  /// From then on each of the others is paid for with one of those that wait, till there are none.
  @Test
  void thoseThatWereLeftForLongTakeTurnsWithTheOthers() {
    learn(SHORT_NS);
    for (int i = 0; i < 1_000; i++) {
      admitExact(0);
    }
    List<Slot> singles = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      singles.add(admit("single " + i));
    }
    int ended = 0;
    while (!test.isRunning(singles.getLast()) && ended < 3_000) {
      completeFirst();
      ended++;
    }
    assertThat(ended).isLessThan(ReadyLane.MAX_PASSES + 3 * singles.size());
  }

  private void admitExact(int worker) {
    var _ = test.admit(source, call("exact").on("cpu", worker));
  }

  private void completeFirst() {
    TestEngine.Dispatch first = test.running.remove();
    test.engine.memberCompleted(first.slot(), first.member(), first.slot().attempt(), SHORT_NS);
  }

  /// The kernel may have been short, and its thread interrupted.
  @Test
  void oneLongTaskAmongShortOnesChangesNothing() {
    learn(SHORT_NS);
    complete(admit("long"), 3_600_000_000_000L);
    admit("first");
    assertThat(admit("second").state()).isEqualTo(TaskState.READY);
  }

  /// One worker would do them all, since none of them lasts for two ticks of a watch.
  @Test
  void aLongTaskNowAndThenMakesAllWorthAnotherWorker() {
    learn(SHORT_NS);
    for (int i = 0; i < 100 * 16; i++) {
      complete(admit("mixed"), i % 16 == 0 ? 900_000 : SHORT_NS);
    }
    admit("first");
    Slot second = admit("second");
    admit("third");
    assertThat(test.isRunning(second)).as("two of 16 µs are left").isTrue();
  }

  @Test
  void someLongTasksWakeOneMoreAndAreForgotten() {
    learn(SHORT_NS);
    for (int i = 0; i < 60; i++) {
      complete(admit("long"), 3_600_000_000_000L);
    }
    admit("first");
    Slot second = admit("second");
    assertThat(test.isRunning(second)).isTrue();
    test.completeAll();
    for (int i = 0; i < 40; i++) {
      learn(SHORT_NS);
    }
    admit("third");
    assertThat(admit("fourth").state()).isEqualTo(TaskState.READY);
  }
}
