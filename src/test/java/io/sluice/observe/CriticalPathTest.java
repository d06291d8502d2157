package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Dependency;
import io.sluice.task.RunId;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The longest chain, beside one that is found by walking all.
class CriticalPathTest {
  private static final RunId RUN = new RunId(1, null);

  private static TracedTask task(int number, long runTimeNs, int... behind) {
    List<Dependency> dependencies = new ArrayList<>();
    for (int before : behind) {
      dependencies.add(new Dependency(new TaskId(0, before), Dependency.Kind.DATA));
    }
    return new TracedTask(
        new TaskId(0, number),
        "t" + number,
        "t",
        RUN,
        0,
        0,
        0,
        runTimeNs,
        TaskState.COMPLETED,
        List.of(new Slice("cpu", 0, 0, 1, 0, runTimeNs, false, false)),
        dependencies,
        Waits.NONE);
  }

  @Test
  void theLongestChainOfADiamondGoesThroughItsSlowerSide() {
    CriticalPath path =
        CriticalPath.of(
            List.of(task(0, 1), task(1, 10, 0), task(2, 20, 0), task(3, 1, 1, 2), task(4, 21)), 44);
    assertThat(path.tasks()).extracting(TracedTask::name).containsExactly("t0", "t2", "t3");
    assertThat(path.lengthNs()).isEqualTo(22);
    assertThat(path.share()).isEqualTo(0.5);
  }

  @Test
  void nothingHasAPathOfNoLength() {
    CriticalPath path = CriticalPath.of(List.of(), 0);
    assertThat(path.tasks()).isEmpty();
    assertThat(path.lengthNs()).isZero();
    assertThat(path.share()).isZero();
  }

  @Test
  void whatATaskDependsOnAndTheTraceDoesNotKnowIsLeftOut() {
    assertThat(CriticalPath.of(List.of(task(7, 5, 3)), 5).lengthNs()).isEqualTo(5);
  }

  @Test
  void aRetriedGroupCountsTheSlowestMemberOfEachAttempt() {
    TracedTask group =
        new TracedTask(
            new TaskId(0, 0),
            "g",
            "g",
            RUN,
            0,
            0,
            0,
            100,
            TaskState.COMPLETED,
            List.of(
                new Slice("cpu", 0, 0, 1, 0, 10, false, false),
                new Slice("cpu", 1, 1, 1, 0, 30, true, false),
                new Slice("cpu", 0, 0, 2, 50, 55, false, false),
                new Slice("cpu", 1, 1, 2, 50, 52, false, false)),
            List.of(),
            Waits.NONE);
    assertThat(group.runTimeNs()).isEqualTo(35);
  }

  @Test
  void onRandomGraphsItIsAsLongAsTheLongestOfAllChains() {
    for (int seed = 0; seed < 500; seed++) {
      List<TracedTask> tasks = randomGraph(new SplittableRandom(seed));
      long longest = 0;
      for (int last = 0; last < tasks.size(); last++) {
        longest = Math.max(longest, longestChainTo(last, tasks));
      }
      CriticalPath path = CriticalPath.of(tasks, longest);
      assertThat(path.lengthNs()).as("seed %d", seed).isEqualTo(longest);
      assertIsAChain(path);
    }
  }

  private static List<TracedTask> randomGraph(SplittableRandom random) {
    List<TracedTask> tasks = new ArrayList<>();
    int count = random.nextInt(1, 13);
    for (int number = 0; number < count; number++) {
      int newest = number;
      int[] behind =
          random.ints(0, Math.max(1, number)).limit(random.nextInt(3)).distinct().toArray();
      tasks.add(task(number, random.nextLong(100), newest == 0 ? new int[0] : behind));
    }
    return tasks;
  }

  /// Walks every chain, without remembering any.
  private static long longestChainTo(int last, List<TracedTask> tasks) {
    long before = 0;
    for (Dependency dependency : tasks.get(last).dependencies()) {
      before = Math.max(before, longestChainTo((int) dependency.on().sequence(), tasks));
    }
    return before + tasks.get(last).runTimeNs();
  }

  private static void assertIsAChain(CriticalPath path) {
    long length = 0;
    for (int i = 0; i < path.tasks().size(); i++) {
      TracedTask task = path.tasks().get(i);
      length += task.runTimeNs();
      if (i > 0) {
        TaskId before = path.tasks().get(i - 1).id();
        assertThat(task.dependencies()).extracting(Dependency::on).contains(before);
      }
    }
    assertThat(length).isEqualTo(path.lengthNs());
  }
}
