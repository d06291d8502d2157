package io.sluice.observe;

import static io.sluice.observe.Told.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.error.RecordedFailure;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTimeoutException;
import io.sluice.error.WorkerLostException;
import io.sluice.task.Dependency.Kind;
import io.sluice.task.RunId;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskState;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a trace makes of events with known times.
class TraceBuilderTest {
  private final Told told = new Told();

  private static Waits waits(Trace trace, int task) {
    return trace.tasks().get(task).waits();
  }

  @Test
  void aTaskThatWaitsForNothingHasNoWaits() {
    told.admitted(0, 0, 1_000, 0).ran(0, 1_000, 1_050);
    assertThat(waits(told.trace(), 0)).isEqualTo(Waits.NONE);
    assertThat(told.trace().spanNs()).isEqualTo(50);
    assertThat(told.trace().tasks().getFirst().admittedNs()).isZero();
  }

  @Test
  void timeUntilTheLastProducersEndIsForProducersTheRestForAWorker() {
    told.admitted(0, 0, 0, 0)
        .admitted(1, 0, 0, 0)
        .admitted(2, 0, 10, 0, on(0, Kind.DATA), on(1, Kind.AFTER))
        .ran(0, 0, 100)
        .returned(1, 1, 1, 0, 300)
        .completed(1, 300)
        .ran(2, 350, 355);
    assertThat(waits(told.trace(), 2)).isEqualTo(new Waits(0, 290, 50, 0));
  }

  @Test
  void timeForAResultThatIsOverwrittenIsForTheSubscriber() {
    told.admitted(0, 1_024, 0, 0)
        .ran(0, 0, 100)
        .admitted(1, 0, 50, 0, on(0, Kind.DATA), on(0, Kind.RESULT))
        .resultClosed(0, 400)
        .ran(1, 420, 425);
    assertThat(waits(told.trace(), 1)).isEqualTo(new Waits(0, 50, 20, 300));
  }

  @Test
  void aWaitForBytesIsForTheSubscriberWhileAResultHeldThem() {
    told.admitted(0, 1_024, 0, 0)
        .ran(0, 0, 100)
        .resultClosed(0, 250)
        .consumed(0, 1_024, 260)
        .admitted(1, 1_024, 260, 200)
        .ran(1, 260, 265);
    // It waited from 60 to 260; until 100 for the task, until 250 for its result, then for the
    // bytes.
    assertThat(waits(told.trace(), 1)).isEqualTo(new Waits(50, 0, 0, 150));
  }

  @Test
  void bytesThatAnotherTaskHeldAreAWaitForBytes() {
    told.admitted(0, 1_024, 0, 0)
        .ran(0, 0, 100)
        .consumed(0, 1_024, 100)
        .admitted(1, 1_024, 100, 90);
    assertThat(waits(told.trace(), 1).bytesNs()).isEqualTo(90);
    assertThat(told.trace().heapBytes())
        .extracting(Sample::atNs, Sample::value)
        .containsExactly(tuple(0L, 1_024L), tuple(100L, 0L), tuple(100L, 1_024L));
  }

  @Test
  void slicesWhoseEndsWereToldAtOnceAreMovedBackWithoutAGap() {
    told.admitted(0, 0, 0, 0)
        .admitted(1, 0, 0, 0)
        .admitted(2, 0, 0, 0)
        .returned(0, 1, 0, 900, 100)
        .returned(1, 1, 0, 800, 200)
        .returned(2, 1, 0, 950, 50)
        .returned(2, 1, 1, 0, 1_000);
    assertThat(told.trace().tasks())
        .extracting(task -> task.slices().getLast())
        .extracting(Slice::startedNs, Slice::endedNs)
        .containsExactly(tuple(650L, 750L), tuple(750L, 950L), tuple(950L, 1_000L));
  }

  @Test
  void aKernelThatWasGivenUpIsOnATrackOfItsOwn() {
    told.admitted(0, 0, 0, 0)
        .started(0, 0, 0, 0)
        .abandoned(0, 0)
        .failed(0, new IllegalStateException("late"), 100)
        .admitted(1, 0, 100, 0)
        .ran(1, 110, 130)
        .returned(0, 1, 0, 0, 5_000);
    Trace trace = told.trace();
    assertThat(trace.tasks().getFirst().slices())
        .extracting(Slice::givenUp, Slice::startedNs, Slice::endedNs)
        .containsExactly(tuple(false, 0L, 100L), tuple(true, 100L, 5_000L));
    assertThat(trace.tasks().getFirst().runTimeNs()).isEqualTo(100);
    assertThat(trace.summary())
        .contains("kernels ran 120 ns on 1 workers, 92 % of their time")
        .contains("; kernels that were given up ran on for 4.90 us");
    assertThat(trace.tasks().getFirst().endedNs()).isEqualTo(100);
    assertThat(trace.tasks().getLast().slices().getFirst().startedNs()).isEqualTo(110);
  }

  @Test
  void anAttemptThatWasLostWithItsProcessIsASliceUntilThen() {
    WorkerLostException lost = new WorkerLostException("cpu-1", "died");
    told.admitted(0, 0, 0, 0)
        .started(0, 0, 1, 10)
        .retried(0, 1, lost, 60)
        .started(0, 0, 0, 70)
        .failed(0, new TaskFailedException("0:0", "t0", null, "failed", lost), 90);
    assertThat(told.trace().tasks().getFirst().slices())
        .extracting(Slice::worker, Slice::attempt, Slice::startedNs, Slice::endedNs, Slice::failed)
        .containsExactly(tuple(1, 1, 10L, 60L, true), tuple(0, 2, 70L, 90L, true));
  }

  @Test
  void aSliceIsNotMovedBackByALossBehindItWhoseBeginNobodyKnows() {
    told.admitted(0, 0, 100, 0)
        .started(0, 0, 0, 100)
        .admitted(1, 0, 100, 0)
        .started(1, 0, 0, 100)
        .ran(0, 150, 450)
        .failed(1, new WorkerLostException("cpu-0", "died"), 500);
    assertThat(told.trace().tasks())
        .extracting(task -> task.slices().getFirst())
        .extracting(Slice::startedNs, Slice::endedNs)
        .containsExactly(tuple(50L, 350L), tuple(350L, 400L));
  }

  @Test
  void noSliceBeginsBeforeItsKernelCouldRun() {
    told.admitted(0, 0, 0, 0)
        .returned(0, 1, 1, 0, 300)
        .completed(0, 290)
        .admitted(1, 0, 250, 0, on(0, Kind.DATA))
        .started(1, 0, 0, 290)
        .admitted(2, 0, 250, 0)
        .started(2, 0, 0, 290)
        .returned(1, 1, 0, 300, 100)
        .returned(2, 1, 0, 330, 70);
    Trace trace = told.trace();
    assertThat(trace.tasks().subList(1, 3))
        .extracting(task -> task.slices().getFirst())
        .extracting(Slice::startedNs, Slice::endedNs)
        .containsExactly(tuple(300L, 330L), tuple(330L, 400L));
    assertThat(waits(trace, 1)).isEqualTo(new Waits(0, 40, 10, 0));
  }

  private static TaskTimeoutException overdue() {
    return new TaskTimeoutException("t0", Duration.ofNanos(90), Duration.ofNanos(90), "cpu-0");
  }

  @Test
  void aKernelThatWasKilledWhenItsTimeWasOverIsASliceUntilThen() {
    told.admitted(0, 0, 0, 0)
        .started(0, 0, 0, 10)
        .abandoned(0, 0)
        .retried(0, 1, overdue(), 100)
        .started(0, 0, 0, 120)
        .abandoned(0, 0)
        .failed(0, new TaskFailedException("0:0", "t0", null, "failed", overdue()), 210);
    assertThat(told.takenOfProcesses(0).tasks().getFirst().slices())
        .extracting(Slice::attempt, Slice::startedNs, Slice::endedNs, Slice::failed)
        .containsExactly(tuple(1, 10L, 100L, true), tuple(2, 120L, 210L, true));
  }

  @Test
  void aKernelThatReturnsBehindItsTimeIsASliceUntilThatAndAnotherOne() {
    told.admitted(0, 0, 0, 0)
        .started(0, 0, 0, 10)
        .abandoned(0, 0)
        .failed(0, overdue(), 100)
        .admitted(1, 0, 100, 0)
        .returned(1, 1, 0, 100, 20)
        .returned(0, 1, 0, 10, 5_000);
    Trace trace = told.trace();
    assertThat(trace.tasks().getFirst().slices())
        .extracting(Slice::givenUp, Slice::startedNs, Slice::endedNs)
        .containsExactly(tuple(false, 10L, 100L), tuple(true, 100L, 5_010L));
    assertThat(trace.tasks().getLast().slices().getFirst().startedNs()).isEqualTo(100);
  }

  @Test
  void theSameOfFailuresThatARecordingKeptByName() {
    WorkerLostException lost = new WorkerLostException("cpu-0", "died");
    told.admitted(0, 0, 0, 0)
        .started(0, 0, 0, 10)
        .retried(0, 1, RecordedFailure.of(overdue()), 100)
        .started(0, 0, 0, 120)
        .retried(0, 2, RecordedFailure.of(new IllegalStateException(lost)), 150)
        .started(0, 0, 0, 160)
        .failed(
            0, RecordedFailure.of(new TaskFailedException("0:0", "t0", null, "failed", lost)), 210);
    assertThat(told.trace().tasks().getFirst().slices())
        .extracting(Slice::attempt, Slice::startedNs, Slice::endedNs)
        .containsExactly(tuple(1, 10L, 100L), tuple(3, 160L, 210L));
  }

  @Test
  void aTaskThatIsNotDecidedYetIsPendingAndNeverEnds() {
    told.admitted(0, 0, 0, 0);
    TracedTask task = told.taken(1_000).tasks().getFirst();
    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(task.endedNs()).isEqualTo(TracedTask.NEVER);
    assertThat(task.slices()).isEmpty();
  }

  @Test
  void aKernelThatRunsIsASliceThatEndsWhenTheTraceIsTaken() {
    told.admitted(0, 0, 100, 0).started(0, 0, 0, 105).admitted(1, 0, 110, 0);
    Trace trace = told.taken(1_100);
    TracedTask task = trace.tasks().getFirst();
    assertThat(task.state()).isEqualTo(TaskState.PENDING);
    assertThat(task.endedNs()).isEqualTo(TracedTask.NEVER);
    assertThat(task.slices())
        .extracting(Slice::worker, Slice::startedNs, Slice::endedNs, Slice::failed, Slice::givenUp)
        .containsExactly(tuple(0, 5L, 1_000L, false, false));
    assertThat(trace.tasks().getLast().slices()).isEmpty();
    assertThat(trace.spanNs()).isEqualTo(1_000);
  }

  @Test
  void aKernelThatWasGivenUpAndRunsIsASliceThatEndsWhenTheTraceIsTaken() {
    told.admitted(0, 0, 0, 0).started(0, 0, 0, 10).abandoned(0, 0).failed(0, overdue(), 100);
    Trace trace = told.taken(1_000);
    assertThat(trace.tasks().getFirst().slices())
        .extracting(Slice::givenUp, Slice::startedNs, Slice::endedNs)
        .containsExactly(tuple(false, 10L, 100L), tuple(true, 100L, 1_000L));
    assertThat(trace.tasks().getFirst().runTimeNs()).isEqualTo(90);
    assertThat(trace.spanNs()).isEqualTo(1_000);
    assertThat(told.takenOfProcesses(1_000).tasks().getFirst().slices())
        .as("a process is killed with it")
        .hasSize(1);
    told.returned(0, 1, 0, 10, 490);
    assertThat(told.taken(1_000).tasks().getFirst().slices().getLast().endedNs()).isEqualTo(500);
  }

  @Test
  void anAttemptBehindOneThatWasKilledIsNotGivenUp() {
    told.admitted(0, 0, 0, 0)
        .started(0, 0, 0, 10)
        .abandoned(0, 0)
        .retried(0, 1, overdue(), 100)
        .started(0, 0, 0, 120)
        .returned(0, 2, 0, 120, 30)
        .completed(0, 150);
    assertThat(told.takenOfProcesses(1_000).tasks().getFirst().slices())
        .extracting(Slice::givenUp, Slice::startedNs, Slice::endedNs)
        .containsExactly(tuple(false, 10L, 100L), tuple(false, 120L, 150L));
  }

  @Test
  void oneThatRestsBetweenAttemptsDoesNotRun() {
    told.admitted(0, 0, 0, 0)
        .started(0, 0, 0, 5)
        .started(0, 1, 1, 5)
        .returned(0, 1, 0, 5, 10)
        .retried(0, 1, new IllegalStateException("no"), 20);
    assertThat(told.taken(100).tasks().getFirst().slices()).hasSize(1);
  }

  @Test
  void theCriticalPathsShareIsOneOfTheTimeOfItsRun() {
    told.admitted(0, 0, 0, 0).ran(0, 0, 10);
    told.admitted(1, 0, 500, 0).ran(1, 500, 510);
    told.add(
            new TaskEvent.Admitted(
                Told.id(2), "t", new RunId(2, null), 0, "k", 1_000, 0, 0, List.of()))
        .returned(2, 1, 0, 1_000, 15)
        .completed(2, 1_020);
    Trace trace = told.trace();
    assertThat(trace.aliveNs()).isEqualTo(40);
    assertThat(trace.criticalPath().spanNs()).isEqualTo(20);
    assertThat(trace.criticalPath().share()).isEqualTo(0.75);
    assertThat(trace.summary())
        .contains("3 tasks in 1.02 us, with something to do for 40 ns")
        .contains("88 % of their time");
  }

  @Test
  void oneThatWaitsForAResultsBytesAsTheNextOfItsSourceIsSomethingToDo() {
    told.admitted(0, 1_024, 0, 0)
        .ran(0, 0, 10)
        .resultClosed(0, 100)
        .consumed(0, 1_024, 100)
        .admitted(1, 1_024, 100, 100)
        .ran(1, 100, 110);
    Trace trace = told.trace();
    assertThat(trace.tasks().getLast().nextNs()).isZero();
    assertThat(waits(trace, 1)).isEqualTo(new Waits(10, 0, 0, 90));
    assertThat(trace.aliveNs()).isEqualTo(110);
    assertThat(trace.criticalPath().spanNs()).isEqualTo(110);
  }

  @Test
  void aGraphHasNoControlCharacters() throws IOException {
    told.add(
        new TaskEvent.Admitted(
            Told.id(0),
            "a\0b\u001b[2Jc\u009bd\ne\"",
            new RunId(1, null),
            0,
            "k",
            0,
            0,
            0,
            List.of()));
    StringWriter text = new StringWriter();
    told.trace().writeDot(text);
    assertThat(text.toString()).contains("label=\"a b [2Jc d e\\\"");
  }

  @Test
  void ofATaskWhoseAdmissionWasForgottenItsKernelIsKept() {
    told.admitted(3, 0, 0, 0, on(1, Kind.DATA))
        .started(1, 0, 0, 5)
        .ran(1, 5, 10)
        .consumed(1, 1_024, 20)
        .ran(3, 12, 17);
    Trace trace = told.trace();
    assertThat(trace.tasks())
        .extracting(TracedTask::id, TracedTask::state, TracedTask::runTimeNs)
        .containsExactly(
            tuple(Told.id(1), TaskState.COMPLETED, 5L), tuple(Told.id(3), TaskState.COMPLETED, 5L));
    assertThat(trace.criticalPath().lengthNs()).isEqualTo(10);
    assertThat(trace.heapBytes()).isEmpty();
  }

  @Test
  void whatIsToldOfTasksBehindTheirKernelsIsLeftOut() {
    told.completed(9, 10).consumed(9, 1_024, 20).add(new TaskEvent.Lost(7, 0, 0, 0, 0, 0, 0));
    assertThat(told.trace().tasks()).isEmpty();
    assertThat(told.trace().lostCount()).isEqualTo(7);
    assertThat(told.trace().isWhole()).isFalse();
  }

  private JsonNode file() throws IOException {
    StringWriter text = new StringWriter();
    told.trace().writeChromeJson(text);
    return new ObjectMapper().readTree(text.toString()).get("traceEvents");
  }

  private static List<JsonNode> events(JsonNode all, String phase) {
    return all.valueStream().filter(event -> event.get("ph").asText().equals(phase)).toList();
  }

  @Test
  void kernelsThatWereGivenUpSideBySideAreOnTracksOfTheirOwn() throws IOException {
    for (int i = 0; i < 2; i++) {
      told.admitted(i, 0, 0, 0).started(i, 0, 0, 100L * i).abandoned(i, 0);
      told.failed(i, overdue(), 100L * i + 50);
    }
    told.returned(0, 1, 0, 0, 1_000).returned(1, 1, 0, 100, 1_000);
    List<JsonNode> slices = events(file(), "X");
    assertThat(slices).hasSize(4);
    assertThat(slices.stream().map(slice -> slice.get("tid").asInt()).distinct())
        .as("the worker's, and two for what went on side by side")
        .hasSize(3);
  }

  @Test
  void noArrowGoesBackInTimeWhereATaskWithoutASliceWaitedLong() throws IOException {
    told.admitted(0, 0, 0, 0)
        .admitted(1, 0, 10, 0, on(0, Kind.AFTER))
        .admitted(2, 0, 20, 0)
        .completed(2, 20)
        .admitted(3, 0, 30, 0, on(2, Kind.DATA))
        .returned(3, 1, 1, 40, 5)
        .completed(3, 45)
        .ran(0, 5, 9_005)
        .completed(1, 9_005);
    JsonNode all = file();
    for (JsonNode begin : events(all, "s")) {
      JsonNode end =
          events(all, "f").stream()
              .filter(each -> each.get("id").equals(begin.get("id")))
              .findFirst()
              .orElseThrow();
      assertThat(end.get("ts").asDouble()).isGreaterThanOrEqualTo(begin.get("ts").asDouble());
    }
  }
}
