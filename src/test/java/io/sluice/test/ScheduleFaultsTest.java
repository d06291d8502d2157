package io.sluice.test;

import static io.sluice.test.SchedulesTest.SLAB;
import static io.sluice.test.SchedulesTest.failureOf;
import static io.sluice.test.SchedulesTest.fill;
import static io.sluice.test.SchedulesTest.schedules;
import static io.sluice.test.SchedulesTest.slab;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Pipelines with a planted fault, each of which is found under some schedule.
class ScheduleFaultsTest {

  @Test
  void aResultThatDependsOnTheScheduleIsFoundAndItsSeedRepeatsIt() {
    Function<Sluice, Flux<Integer>> racy =
        sluice -> {
          AtomicInteger shared = new AtomicInteger();
          Flux<Task> tasks =
              Flux.range(0, 5)
                  .map(
                      i -> {
                        Tensor tensor = slab();
                        return Task.call(
                                "t" + i, c -> fill(c.tensor(0), i + shared.getAndIncrement()))
                            .out(tensor)
                            .yields(tensor);
                      });
          return sluice.submit(tasks, SchedulesTest::valueOf);
        };
    ScheduleFailure failure = failureOf(schedules(), racy);
    assertThat(failure)
        .hasMessageContaining("the values depend on the schedule")
        .hasMessageContaining("replay(" + failure.seed() + ")")
        .hasMessageContaining("the kernel runs of 't");
    ScheduleFailure again = failureOf(schedules().replay(failure.seed()), racy);
    assertThat(again).hasMessage(failure.getMessage());
  }

  /// Two writers that were told not to wait for each other.
  @Test
  void aMissingDependencyIsFound() {
    ScheduleFailure failure =
        failureOf(
            schedules(),
            sluice -> {
              Tensor tensor = slab();
              Flux<Task> tasks =
                  Flux.just(
                      Task.call("clear", c -> fill(c.tensor(0), 0)).out(tensor),
                      Task.call("one", c -> fill(c.tensor(0), 1)).outExisting(tensor),
                      Task.call("two", c -> fill(c.tensor(0), 2)).outExisting(tensor),
                      Task.call("read", c -> {}).in(tensor).yields(tensor));
              return sluice.submit(tasks, SchedulesTest::valueOf);
            });
    assertThat(failure).hasMessageContaining("depend on the schedule");
  }

  @Test
  void anOrderThatDependsOnTheScheduleIsFoundWhereItCounts() {
    Function<Sluice, Flux<String>> pipeline =
        sluice ->
            sluice.submit(
                Flux.range(0, 4).map(i -> Task.call("t" + i, c -> {})), r -> r.task().name());
    var _ = schedules().check(pipeline);
    assertThat(failureOf(schedules().inOrder(), pipeline)).hasMessageContaining("their order");
  }

  private static Flux<Integer> leavingBytesOut(Sluice sluice, boolean read) {
    Tensor tensor = Tensor.named("half", DType.UINT8, SLAB);
    Task writer =
        Task.call("careless", c -> c.tensor(0).copyFrom(0, new byte[SLAB - 24], 0, SLAB - 24))
            .out(tensor)
            .yields(tensor);
    return sluice.submit(
        Flux.just(writer), result -> result.view(tensor).getInt(read ? SLAB - 1 : 0));
  }

  @Test
  void readingBytesThatAKernelLeftOutIsFoundAndTheKernelNamed() {
    assertThat(failureOf(schedules(), sluice -> leavingBytesOut(sluice, true)))
        .hasMessageContaining("bytes that nobody wrote")
        .hasMessageContaining(
            "the kernel of 'careless' leaves 24 of 1,024 bytes of tensor 'half' UINT8[1024]"
                + " unwritten, the first of them [1,000, 1,024)");
  }

  @Test
  void leavingBytesOutThatNobodyReadsIsAFaultOnlyWhereThatIsAskedFor() {
    var _ = schedules().check(sluice -> leavingBytesOut(sluice, false));
    assertThat(failureOf(schedules().everyByteWritten(), s -> leavingBytesOut(s, false)))
        .hasMessageContaining("'careless' leaves 24 of 1,024 bytes");
  }

  @Test
  void theBytesOfAnAllocThatNobodyWroteAreFound() {
    ScheduleFailure failure =
        failureOf(
            schedules(),
            sluice -> {
              Tensor tensor = slab();
              Flux<Task> tasks =
                  Flux.just(
                      Task.alloc(tensor),
                      Task.call("half", c -> fill(c.tensor(0), 1))
                          .out(tensor.slice(Range.of(0, SLAB / 2))),
                      Task.call("read", c -> {}).in(tensor).yields(tensor));
              return sluice.submit(tasks);
            });
    assertThat(failure).hasMessageContaining("other values when it is just repeated");
  }

  @Test
  void aLeakedResultIsFound() {
    ScheduleFailure failure =
        failureOf(
            schedules(),
            sluice ->
                sluice
                    .submitScoped(Flux.range(0, 3).map(SchedulesTest::square))
                    .map(result -> result.task().name()));
    assertThat(failure)
        .hasMessageContaining("it has ended, but something is held")
        .hasMessageContaining("open result(s)");
  }

  @Test
  void aLeakOnCancelIsFound() {
    List<TaskResult> kept = new ArrayList<>();
    ScheduleFailure failure =
        failureOf(
            schedules().subscriberCancels(),
            sluice ->
                sluice
                    .submitScoped(Flux.range(0, 10).map(SchedulesTest::square))
                    .buffer(2)
                    .doOnNext(kept::addAll)
                    .map(
                        results -> {
                          results.forEach(TaskResult::close);
                          return results.size();
                        })
                    .doOnDiscard(TaskResult.class, result -> {}));
    assertThat(failure).hasMessageContaining("something is held");
  }

  @Test
  void aHeapThatTheSubscriberHoldsIsReportedWithADiagnosis() {
    List<TaskResult> kept = new ArrayList<>();
    assertThat(
            failureOf(
                Schedules.of(SchedulesTest.builder().noAllocationTimeout()),
                sluice ->
                    sluice
                        .submitScoped(Flux.range(0, 20).map(SchedulesTest::square))
                        .doOnNext(kept::add)
                        .map(result -> result.task().name())))
        .hasMessageContaining("it is blocked: ")
        .hasMessageContaining("needs 1,024 bytes");
  }

  @Test
  void aPublisherThatNeverEndsIsReported() {
    assertThat(
            failureOf(
                schedules(),
                sluice ->
                    sluice.submit(Flux.just(Task.call("a", c -> {})).concatWith(Mono.never()))))
        .hasMessageContaining("it is blocked: ")
        .hasMessageContaining("1 open run(s) send nothing");
  }

  @Test
  void aStreamWithoutEndIsReported() {
    assertThat(
            failureOf(
                schedules(),
                sluice ->
                    sluice.submit(
                        Flux.<Task>generate(sink -> sink.next(Task.call("again", c -> {}))))))
        .hasMessageContaining("has not ended after 200,000 steps");
  }

  @Test
  void aClockThatTicksForNobodyIsNotTakenForProgress() {
    assertThat(
            failureOf(
                schedules().reactorSchedulers(),
                sluice -> Flux.interval(Duration.ofSeconds(1)).filter(i -> false)))
        .hasMessageContaining("has not ended after 200,000 steps");
  }

  @Test
  void aKernelThatWaitsForAnotherStepIsInterruptedAndReported() {
    CountDownLatch never = new CountDownLatch(1);
    assertThat(
            failureOf(
                schedules().patience(Duration.ofMillis(100)),
                sluice -> sluice.submit(Flux.just(Task.call("waits", c -> never.await())))))
        .hasMessageContaining("it was blocked inside a step")
        .hasMessageContaining("the kernel runs of 'waits'");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void anErrorThatNobodyInjectedIsAFailureUnlessItIsExpected() {
    Function<Sluice, Flux<TaskResult>> failing =
        sluice ->
            sluice.submit(
                Flux.just(
                    Task.call(
                        "a",
                        c -> {
                          throw new IllegalStateException("no");
                        })));
    assertThat(failureOf(schedules(), failing))
        .hasMessageContaining("it ended with an error")
        .hasRootCauseMessage("no");
    ScheduleReport report = schedules().mayFailWith(IllegalStateException.class).check(failing);
    assertThat(report.failedCount()).isEqualTo(102);
  }

  @Test
  void anAssertionOfTheTestIsTiedToItsSchedule() {
    assertThatThrownBy(
            () ->
                schedules().check(SchedulesTest::squares, values -> assertThat(values).hasSize(3)))
        .isInstanceOf(ScheduleFailure.class)
        .hasMessageContaining("its elements are wrong")
        .hasMessageContaining("plain schedule");
  }

  @Test
  void aPipelineThatThrowsIsReported() {
    assertThat(
            failureOf(
                schedules(),
                sluice -> {
                  throw new IllegalStateException("not made");
                }))
        .hasMessageContaining("not made");
  }

  @Test
  void theSameSeedDoesTheSame() {
    assertThat(schedules().kernelsFail().check(SchedulesTest::squares))
        .isEqualTo(schedules().kernelsFail().check(SchedulesTest::squares));
  }

  @Test
  void seedsStartAtOne() {
    assertThatThrownBy(() -> schedules().seeds(0, 1)).hasMessageContaining("at least 1");
    assertThatThrownBy(() -> schedules().count(0)).hasMessageContaining("at least 1");
    assertThat(schedules().replay(0).check(SchedulesTest::squares).scheduleCount()).isEqualTo(2);
  }
}
