package io.sluice.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Pipelines under many schedules: right ones pass, and what makes the order a matter of luck is found.
class SchedulesTest {
  static final int SLAB = 1_024;

  static SluiceBuilder builder() {
    return Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 3).lookAhead(4);
  }

  static Schedules schedules() {
    return Schedules.of(builder()).count(100);
  }

  static Tensor slab() {
    return Tensor.of(DType.UINT8, SLAB);
  }

  static ScheduleFailure failureOf(
      Schedules schedules, Function<? super Sluice, ? extends Publisher<?>> pipeline) {
    return catchThrowableOfType(
        ScheduleFailure.class, () -> schedules.check(sluice -> Flux.from(pipeline.apply(sluice))));
  }

  // ---- pipelines that are right ----

  /// Squares through three steps, each with a scope of its own.
  static Flux<Integer> squares(Sluice sluice) {
    Flux<Flux<Task>> scopes = Flux.range(0, 20).map(SchedulesTest::square);
    return sluice.submitScoped(scopes, SchedulesTest::valueOf).filter(value -> value >= 0);
  }

  static Flux<Task> square(int number) {
    Tensor plain = slab();
    Tensor square = slab();
    return Flux.just(
        Task.fill(plain, view -> fill(view, number)),
        Task.call("square", SchedulesTest::square).in(plain).out(square),
        Task.call("double", SchedulesTest::doubleIt).inout(square).yields(square));
  }

  static void fill(TensorView view, int number) {
    view.fillBytes((byte) number);
  }

  static void square(KernelContext context) {
    int number = context.tensor(0).getInt(0);
    fill(context.tensor(1), number * number % 100);
  }

  private static void doubleIt(KernelContext context) {
    fill(context.tensor(0), 2 * context.tensor(0).getInt(0));
  }

  static int valueOf(TaskResult result) {
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
    assertThat(report.scheduleCount()).isEqualTo(102);
    assertThat(report.orderCount()).isGreaterThan(75);
    assertThat(report.failedCount()).isZero();
    assertThat(report.peakHeapBytes()).isBetween(2L * SLAB, 8L * SLAB);
  }

  @Test
  void itPassesThoughKernelsFailAndTheSubscriberCancels() {
    ScheduleReport report =
        schedules().kernelsFail().subscriberCancels().check(SchedulesTest::squares);
    assertThat(report.failedCount()).isBetween(5, 95);
    assertThat(report.cancelledCount()).isBetween(5, 95);
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
}
