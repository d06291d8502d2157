package io.sluice.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Pipelines under many schedules: right ones pass, and each planted fault is found.
class SchedulesTest {
  private static final int SLAB = 1_024;

  private static SluiceBuilder builder() {
    return Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 3).lookAhead(4);
  }

  private static Schedules schedules() {
    return Schedules.of(builder()).count(200);
  }

  private static Tensor slab() {
    return Tensor.of(DType.UINT8, SLAB);
  }

  private static ScheduleFailure failureOf(
      Schedules schedules, Function<? super Sluice, ? extends Publisher<?>> pipeline) {
    return catchThrowableOfType(
        ScheduleFailure.class, () -> schedules.check(sluice -> Flux.from(pipeline.apply(sluice))));
  }

  // ---- pipelines that are right ----

  /// Squares through three steps, each with a scope of its own.
  private static Flux<Integer> squares(Sluice sluice) {
    Flux<Flux<Task>> scopes = Flux.range(0, 20).map(SchedulesTest::square);
    return sluice.submitScoped(scopes, SchedulesTest::valueOf).filter(value -> value >= 0);
  }

  private static Flux<Task> square(int number) {
    Tensor plain = slab();
    Tensor square = slab();
    return Flux.just(
        Task.fill(plain, view -> fill(view, number)),
        Task.call("square", SchedulesTest::square).in(plain).out(square),
        Task.call("double", SchedulesTest::doubleIt).inout(square).yields(square));
  }

  private static void fill(TensorView view, int number) {
    view.fillBytes((byte) number);
  }

  private static void square(KernelContext context) {
    int number = context.tensor(0).getInt(0);
    fill(context.tensor(1), number * number % 100);
  }

  private static void doubleIt(KernelContext context) {
    fill(context.tensor(0), 2 * context.tensor(0).getInt(0));
  }

  private static int valueOf(TaskResult result) {
    List<?> yielded = result.task().yielded();
    return yielded.isEmpty() ? -1 : result.view(result.task().yielded().getFirst()).getInt(0);
  }

  @Test
  void aPipelineThatKeepsTheRulesPassesUnderManyOrders() {
    ScheduleReport report =
        schedules()
            .everyByteWritten()
            .check(
                SchedulesTest::squares,
                values ->
                    assertThat(values)
                        .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 20).map(i -> 2 * (i * i % 100)).boxed().toList()));
    assertThat(report.scheduleCount()).isEqualTo(202);
    assertThat(report.orderCount()).isGreaterThan(150);
    assertThat(report.failedCount()).isZero();
    assertThat(report.peakHeapBytes()).isBetween(2L * SLAB, 8L * SLAB);
  }

  @Test
  void itPassesThoughKernelsFailAndTheSubscriberCancels() {
    ScheduleReport report =
        schedules().kernelsFail().subscriberCancels().check(SchedulesTest::squares);
    assertThat(report.failedCount()).isBetween(10, 190);
    assertThat(report.cancelledCount()).isBetween(10, 190);
  }

  @Test
  void resultsThatAreHandedOverAreComparedAndClosed() {
    var _ =
        schedules()
            .subscriberCancels()
            .kernelsFail()
            .check(sluice -> sluice.submitScoped(Flux.range(0, 10).map(SchedulesTest::square)));
  }

  @Test
  void aProgramPasses() {
    var _ =
        schedules()
            .kernelsFail()
            .subscriberCancels()
            .check(
                sluice ->
                    sluice.run(
                        program ->
                            Flux.range(0, 20)
                                .flatMap(i -> program.submit(forgotten(i)).thenReturn(i), 3)));
  }

  private static Task forgotten(int number) {
    Tensor tensor = slab();
    return Task.call("t" + number, c -> {}).out(tensor).lastUse(tensor);
  }

  @Test
  void aRunThatGoesOnBehindFailuresPasses() {
    var _ =
        schedules()
            .kernelsFail()
            .subscriberCancels()
            .check(
                sluice ->
                    sluice.submitScopedDelayError(
                        Flux.range(0, 10).map(SchedulesTest::square), SchedulesTest::valueOf));
  }

  /// Retries make up for failures and lost workers: who is through is through with all of it.
  @Test
  void retriedTasksGiveTheSameValues() {
    ScheduleReport report =
        schedules()
            .kernelsFail()
            .workersCrash()
            .subscriberCancels()
            .allOrError()
            .check(
                sluice ->
                    sluice.submitScoped(
                        Flux.range(0, 10).map(i -> Flux.just(retried(i))), SchedulesTest::valueOf));
    assertThat(report.failedCount()).as("some fail too often").isBetween(1, 60);
    assertThat(report.peakHeapBytes()).isPositive();
  }

  private static Task retried(int number) {
    Tensor tensor = slab();
    TaskRetry once = TaskRetry.backoff(1, Duration.ofSeconds(1));
    return Task.call("t" + number, c -> fill(c.tensor(0), number))
        .out(tensor)
        .yields(tensor)
        .retry(once);
  }

  @Test
  void goingWithoutIsNoFaultUnlessAllIsWanted() {
    Function<Sluice, Flux<String>> withoutTheFailed =
        sluice ->
            sluice
                .submitDelayError(
                    Flux.range(0, 4).map(i -> Task.call("t" + i, c -> {})), r -> r.task().name())
                .onErrorComplete();
    var _ = schedules().kernelsFail().check(withoutTheFailed);
    assertThat(failureOf(schedules().kernelsFail().allOrError(), withoutTheFailed))
        .hasMessageContaining("missing: [t");
  }

  @Test
  void aDrainBehindThePipelinePasses() {
    var _ = schedules().check(sluice -> squares(sluice).then(sluice.drain()).thenReturn("drained"));
  }

  @Test
  void alsoAfterMoreEventsThanADrainTakes() {
    var _ =
        Schedules.of(builder().unlimitedInFlight().lookAhead(5_000))
            .count(5)
            .check(
                sluice ->
                    sluice.submit(Flux.range(0, 5_000).map(i -> Task.call("t", c -> {}))).count());
  }

  @Test
  void reactiveKernelsPassTheirTimeIsVirtual() {
    ScheduleReport report =
        Schedules.of(builder().reactive("io", 3))
            .count(200)
            .kernelsFail()
            .subscriberCancels()
            .reactorSchedulers()
            .check(
                sluice ->
                    sluice.submit(
                        Flux.range(0, 8).map(SchedulesTest::fetch), r -> r.task().name()));
    assertThat(report.orderCount()).isGreaterThan(100);
  }

  private static Task fetch(int number) {
    return Task.callReactive("fetch " + number, c -> Mono.delay(Duration.ofHours(number)).then())
        .on("io");
  }

  // ---- what makes the order depend on luck ----

  @Test
  void reactorsSchedulersArePartOfTheSchedule() {
    ScheduleReport report =
        schedules()
            .reactorSchedulers()
            .check(
                sluice ->
                    squares(sluice)
                        .publishOn(Schedulers.parallel(), 1)
                        .delayElements(Duration.ofMinutes(1))
                        .flatMap(
                            i -> Mono.fromCallable(() -> i).subscribeOn(Schedulers.single()), 4));
    assertThat(report.orderCount()).isGreaterThan(100);
  }

  @Test
  void reactorsSchedulersHaveTheirThreadsBackAfterwards() {
    var _ = schedules().count(1).reactorSchedulers().check(SchedulesTest::squares);
    String thread =
        Mono.fromCallable(() -> Thread.currentThread().getName())
            .subscribeOn(Schedulers.parallel())
            .block(Duration.ofSeconds(10));
    assertThat(thread).startsWith("parallel-");
  }

  @Test
  void aSignalOnAnotherThreadIsRefused() {
    assertThat(
            failureOf(
                schedules(),
                sluice -> sluice.submit(elsewhere(Task.call("a", c -> {}))).doOnNext(r -> {})))
        .hasMessageContaining("came on the thread 'elsewhere'")
        .hasMessageContaining("reactorSchedulers()");
  }

  /// Signals on a thread of its own, which has ended when the subscription is made.
  private static Flux<Task> elsewhere(Task task) {
    return Flux.create(
        sink -> {
          Thread thread = new Thread(() -> sink.next(task).complete(), "elsewhere");
          thread.start();
          try {
            thread.join();
          } catch (InterruptedException interrupt) {
            sink.error(interrupt);
          }
        });
  }

  // ---- planted faults ----

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
                Schedules.of(builder().noAllocationTimeout()),
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
    assertThat(report.failedCount()).isEqualTo(202);
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
