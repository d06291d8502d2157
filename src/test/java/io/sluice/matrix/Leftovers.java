package io.sluice.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.DemandFigures;
import io.sluice.DrainReport;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskEvent.Admitted;
import io.sluice.task.TaskEvent.Cancelled;
import io.sluice.task.TaskEvent.Completed;
import io.sluice.task.TaskEvent.Consumed;
import io.sluice.task.TaskEvent.Failed;
import io.sluice.task.TaskId;
import io.sluice.test.TestSluice;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// The one check that nothing is left: no byte, slot, open result, open run, running kernel or thread.
final class Leftovers {
  static final Duration BOUND = Duration.ofSeconds(10);

  private Leftovers() {}

  /// Drains a runtime by hand, in its first epoch, and looks for anything that is left of it; then
  /// whether it still works.
  static void assertNone(TestSluice test) {
    assertNothingHeld(test);
    assertItStillWorks(test);
  }

  /// The same for a runtime that takes no more runs.
  static void assertNothingHeld(TestSluice test) {
    assertThat(test.workers().runningNames()).as("kernels that run").isEmpty();
    DrainReport report = test.drain();
    test.assertNothingIsHeld();
    assertNothingWaits(test);
    assertEachTaskEndedOnce(test, report);
  }

  private static void assertNothingWaits(TestSluice test) {
    Diagnosis diagnosis = test.whyWaiting();
    assertThat(diagnosis.reason()).as(diagnosis.sentence()).isEqualTo(Reason.NOTHING_WAITS);
    assertThat(diagnosis.largestFreeRunBytes())
        .as("the heap in one piece")
        .isEqualTo(test.heap().capacityBytes());
    DemandFigures demand = Objects.requireNonNull(test.sluice().demand().block(BOUND));
    assertThat(demand.runs()).as("open runs").isEmpty();
    assertThat(demand.heapUsedBytes()).as("bytes of live slabs").isZero();
  }

  /// Law 4: each admitted task has one terminal state, and is consumed once. The test may have drained
  /// before: the report is of the last epoch.
  private static void assertEachTaskEndedOnce(TestSluice test, DrainReport report) {
    List<TaskId> admitted = test.events(Admitted.class).stream().map(Admitted::taskId).toList();
    assertThat(admitted.stream().filter(id -> id.epoch() == report.epoch()))
        .as("tasks admitted")
        .hasSize((int) report.taskCount());
    for (TaskId id : admitted) {
      assertThat(count(test, event -> isEndOf(id, event))).as("ends of %s", id).isEqualTo(1);
      assertThat(count(test, event -> event instanceof Consumed end && end.taskId().equals(id)))
          .as("how often %s was consumed", id)
          .isEqualTo(1);
    }
  }

  private static boolean isEndOf(TaskId id, TaskEvent event) {
    return switch (event) {
      case Completed end -> end.taskId().equals(id);
      case Failed end -> end.taskId().equals(id);
      case Cancelled end -> end.taskId().equals(id);
      default -> false;
    };
  }

  private static long count(TestSluice test, Predicate<TaskEvent> condition) {
    return test.events().stream().filter(condition).count();
  }

  private static void assertItStillWorks(TestSluice test) {
    StepVerifier.create(test.sluice().submit(Flux.just(Tasks.writing(7)), Tasks::read))
        .then(() -> test.workers().runAll())
        .expectNext(7)
        .expectComplete()
        .verify(BOUND);
    assertThat(test.drain().taskCount()).isEqualTo(1);
  }

  /// Disposes of it: it ends, and leaves no thread.
  static void assertItEnds(TestSluice test) {
    test.close();
    StepVerifier.create(test.sluice().disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  /// The threads of any runtime that are alive.
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("sluice-"))
        .sorted()
        .toList();
  }
}
