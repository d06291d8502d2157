package io.sluice.engine;

import static io.sluice.engine.TestEngine.NOTHING;
import static io.sluice.engine.TestEngine.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Priorities: the highest first, and nobody starves, in exact numbers.
class PriorityTest {
  private static final int MAX_PASSES = 64;

  private final TestEngine test = new TestEngine(HeapPolicy.FIRST_FIT, 8, 1);
  private final Run run = test.program();
  private final Source source = test.source(run);

  PriorityTest() {
    test.engine.submit(source, call("holds the worker"));
  }

  private static Task low(String name) {
    return call(name).priority(Task.LOWEST_PRIORITY);
  }

  private static Task high(String name) {
    return call(name).priority(Task.HIGHEST_PRIORITY);
  }

  private static Task group(String name) {
    return Task.group(name, NOTHING, Arguments.none(), Arguments.none());
  }

  /// Ends what runs; gives what started then.
  private String next() {
    test.complete(test.running.getFirst());
    return test.running.isEmpty() ? "" : test.running.getFirst().slot().task().name();
  }

  private List<String> nextOnes(int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(next());
    }
    return names;
  }

  @Test
  void theHighestPriorityGoesFirstAndWithinOneTheFirstToBecomeReady() {
    test.engine.submit(source, low("low"));
    test.engine.submit(source, call("usual 1"));
    test.engine.submit(source, call("urgent 1").priority(2));
    test.engine.submit(source, call("usual 2"));
    test.engine.submit(source, high("highest"));
    test.engine.submit(source, call("urgent 2").priority(2));
    assertThat(nextOnes(6))
        .containsExactly("highest", "urgent 1", "urgent 2", "usual 1", "usual 2", "low");
  }

  /// While tasks of the highest priority keep coming.
  private int othersBefore(String name) {
    int others = 0;
    while (true) {
      test.engine.submit(source, high("urgent"));
      if (next().equals(name)) {
        return others;
      }
      others++;
      assertThat(others).as("starved").isLessThan(10_000);
    }
  }

  @Test
  void theOldestOfTheLowestPriorityStartsAfterExactly64Others() {
    test.engine.submit(source, low("low"));
    assertThat(othersBefore("low")).isEqualTo(MAX_PASSES);
  }

  @Test
  void oneThatFindsNReadyStartsAfter65NAnd64OthersAtMost() {
    for (int i = 0; i < 3; i++) {
      test.engine.submit(source, low("older"));
    }
    test.engine.submit(source, low("low"));
    assertThat(othersBefore("low")).isEqualTo(3 * (MAX_PASSES + 1) + MAX_PASSES);
  }

  @Test
  void aFloodOfUrgentTasksThatIsThereAlreadyPassesTheOldestNoMoreOften() {
    test.engine.submit(source, low("low"));
    for (int i = 0; i < 1_000; i++) {
      test.engine.submit(source, high("urgent"));
    }
    assertThat(nextOnes(MAX_PASSES + 1).getLast()).isEqualTo("low");
  }

  @Test
  void anUrgentTaskGoesBeforeABacklogThatIsOld() {
    for (int i = 0; i < 1_000; i++) {
      test.engine.submit(source, call("backlog"));
    }
    var _ = nextOnes(500);
    test.engine.submit(source, high("urgent"));
    assertThat(next()).isEqualTo("urgent");
  }

  /// Urgent tasks that come one by one leave their lists empty in between.
  @Test
  void passesAddUpWhenUrgentTasksComeOneByOne() {
    test.engine.submit(source, call("usual"));
    for (int i = 0; i < MAX_PASSES; i++) {
      test.engine.submit(source, high("urgent"));
      assertThat(next()).isEqualTo("urgent");
    }
    test.engine.submit(source, high("urgent"));
    assertThat(next()).isEqualTo("usual");
  }

  @Test
  void runsTakeTurnsWhateverTheirPriorities() {
    Source other = test.source(test.program());
    for (int i = 0; i < 3; i++) {
      test.engine.submit(source, high("urgent"));
      test.engine.submit(other, low("low of another run"));
    }
    assertThat(nextOnes(6).subList(0, 4))
        .containsExactly("urgent", "low of another run", "urgent", "low of another run");
  }

  @Test
  void anUrgentTaskThatIsCancelledLeavesItsPlace() {
    test.engine.submit(source, call("usual"));
    Run other = test.program();
    test.engine.submit(test.source(other), high("urgent"));
    test.engine.cancel(other);
    assertThat(next()).isEqualTo("usual");
  }

  @Test
  void amongTasksForOneExactWorkerTheHighestGoesFirst() {
    test.engine.submit(source, low("low").on("cpu", 0));
    test.engine.submit(source, high("urgent").on("cpu", 0));
    assertThat(nextOnes(2)).containsExactly("urgent", "low");
  }

  @Test
  void anUrgentTaskForAnExactWorkerGoesBeforeOlderOnesForAny() {
    for (int i = 0; i < 100; i++) {
      test.engine.submit(source, call("any"));
    }
    test.engine.submit(source, high("urgent").on("cpu", 0));
    assertThat(next()).isEqualTo("urgent");
  }

  @Test
  void aTaskForAnExactWorkerIsPassedByAtMost64YoungerOnesForAny() {
    test.engine.submit(source, low("low").on("cpu", 0));
    assertThat(othersBefore("low")).isEqualTo(MAX_PASSES);
  }

  @Test
  void aTaskForAnyWorkerIsPassedByAtMost64YoungerOnesForAnExactOne() {
    test.engine.submit(source, low("low"));
    int others = 0;
    do {
      test.engine.submit(source, high("urgent").on("cpu", 0));
      others++;
    } while (!next().equals("low"));
    assertThat(others - 1).isEqualTo(MAX_PASSES);
  }

  /// With two workers, all of whose tasks come by hand.
  private static TestEngine pair(Run[] run) {
    TestEngine pair = new TestEngine(HeapPolicy.FIRST_FIT, 8, 2);
    run[0] = pair.program();
    Source source = pair.source(run[0]);
    pair.engine.submit(source, call("a"));
    pair.engine.submit(source, call("b"));
    return pair;
  }

  @Test
  void anUrgentGroupGoesBeforeOlderSingles() {
    Run[] owner = new Run[1];
    TestEngine pair = pair(owner);
    Source tasks = pair.source(owner[0]);
    pair.engine.submit(tasks, call("single"));
    pair.engine.submit(tasks, group("group").priority(1));
    pair.complete(pair.running.getFirst());
    pair.complete(pair.running.getFirst());
    assertThat(pair.running).allMatch(dispatch -> dispatch.slot().task().name().equals("group"));
  }

  @Test
  void aGroupIsPassedByAtMost64SinglesWhateverItsPriority() {
    Run[] owner = new Run[1];
    TestEngine pair = pair(owner);
    Source tasks = pair.source(owner[0]);
    pair.engine.submit(tasks, high("single"));
    pair.engine.submit(tasks, group("group").priority(Task.LOWEST_PRIORITY));
    while (pair.running.stream().noneMatch(d -> d.slot().task().name().equals("group"))) {
      pair.engine.submit(tasks, high("single"));
      pair.complete(pair.running.getFirst());
      assertThat(startedSingles(pair)).as("starved").isLessThan(1_000);
    }
    assertThat(startedSingles(pair)).isEqualTo(MAX_PASSES);
  }

  private static long startedSingles(TestEngine test) {
    return test.admitted.stream()
        .filter(slot -> slot.task().name().equals("single") && slot.state() != TaskState.READY)
        .count();
  }

  @Test
  void singlesArePassedByAtMost64YoungerGroups() {
    Run[] owner = new Run[1];
    TestEngine pair = pair(owner);
    Source tasks = pair.source(owner[0]);
    pair.engine.submit(tasks, low("low"));
    int groups = 0;
    while (pair.running.stream().noneMatch(d -> d.slot().task().name().equals("low"))) {
      pair.engine.submit(tasks, group("group").priority(Task.HIGHEST_PRIORITY));
      groups++;
      pair.complete(pair.running.getFirst());
      pair.complete(pair.running.getFirst());
      assertThat(groups).as("starved").isLessThan(1_000);
    }
    assertThat(groups - 1).isEqualTo(MAX_PASSES);
  }
}
