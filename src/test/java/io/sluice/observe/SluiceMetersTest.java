package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/// Meters beside runs with known numbers.
class SluiceMetersTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "refused");
  private static final int SLAB = 1_024;

  private final Sluice sluice =
      Sluice.builder().heap(DataSize.kibibytes(8)).blockingThreads("cpu", 2).build();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SluiceMeters meters = SluiceMeters.of(sluice, Tags.of("app", "test"));

  private int submittedCount;

  @BeforeEach
  void bind() {
    meters.bindTo(registry);
  }

  @AfterEach
  void dispose() {
    meters.close();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  private static Tensor slabs(int count) {
    return Tensor.of(DType.UINT8, (long) count * SLAB);
  }

  private void run(Task... tasks) {
    StepVerifier.create(sluice.submitDelayError(Flux.just(tasks)).onErrorComplete())
        .thenConsumeWhile(result -> true)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    submittedCount += tasks.length;
    if (!meters.isDisposed()) {
      assertThat(endedCount()).as("ends that were counted").isEqualTo(submittedCount);
    }
  }

  private double endedCount() {
    return registry.find("sluice.tasks").counters().stream()
        .filter(counter -> ENDS.contains(counter.getId().getTag("state")))
        .mapToDouble(Counter::count)
        .sum();
  }

  private double tasks(String kernel, String state) {
    return registry
        .get("sluice.tasks")
        .tags("app", "test", "kernel", kernel, "state", state)
        .counter()
        .count();
  }

  private Timer timer(String name, String kernel) {
    return registry.get(name).tags("app", "test", "kernel", kernel).timer();
  }

  private double gauge(String name) {
    return registry.get(name).tag("app", "test").gauge().value();
  }

  private static Task good(String name) {
    return Task.call(name, context -> {});
  }

  private static Task bad(String name) {
    return Task.call(
        name,
        context -> {
          throw new IllegalStateException("no");
        });
  }

  @Test
  void boundTwiceToARegistryTheyCountOnce() {
    meters.bindTo(registry);
    run(good("t"));
    assertThat(tasks("t", "completed")).isEqualTo(1);
  }

  @Test
  void endsOfTasksThatWereAdmittedBeforeCountAsThoseOfAnotherKernel() {
    SimpleMeterRegistry late = new SimpleMeterRegistry();
    run(Task.call("t", context -> meters.bindTo(late)));
    assertThat(late.get("sluice.tasks").tags("kernel", "other", "state", "completed").counter())
        .extracting(Counter::count)
        .isEqualTo(1.0);
  }

  @Test
  void tasksAreCountedByStateAndKernel() {
    Tensor lost = slabs(1);
    AtomicInteger calls = new AtomicInteger();
    Task flaky =
        Task.call(
                "flaky",
                context -> {
                  if (calls.getAndIncrement() < 2) {
                    throw new IllegalStateException("twice");
                  }
                })
            .retry(TaskRetry.max(3));
    run(
        good("good"),
        good("good"),
        bad("bad").out(lost),
        good("reader").in(lost),
        good("huge").out(slabs(9)),
        flaky);
    assertThat(tasks("good", "admitted")).isEqualTo(2);
    assertThat(tasks("good", "completed")).isEqualTo(2);
    assertThat(tasks("bad", "failed")).isEqualTo(1);
    assertThat(tasks("reader", "failed")).isEqualTo(1);
    assertThat(tasks("huge", "refused")).isEqualTo(1);
    assertThat(tasks("flaky", "retried")).isEqualTo(2);
    assertThat(tasks("flaky", "completed")).isEqualTo(1);
    assertThat(tasks("good", "cancelled")).isZero();
  }

  @Test
  void aStallThatIsAnErrorIsCountedByItsReason() {
    run(good("holds").out(slabs(8)), good("stalls").out(slabs(1)));
    assertThat(tasks("stalls", "refused")).isEqualTo(1);
    assertThat(registry.get("sluice.stalls").tags("reason", "HEAP_FULL").counter().count())
        .isEqualTo(1);
  }

  @Test
  void timesAreMeasuredOnceForEachTaskAndAttempt() {
    run(good("a").out(slabs(1)), good("a").out(slabs(1)), bad("b"));
    assertThat(timer("sluice.task.run", "a").count()).isEqualTo(2);
    assertThat(timer("sluice.task.run", "b").count()).isEqualTo(1);
    assertThat(timer("sluice.task.run", "a").totalTime(TimeUnit.NANOSECONDS)).isPositive();
    assertThat(timer("sluice.task.queue.wait", "a").count()).isEqualTo(2);
    assertThat(timer("sluice.task.admission.wait", "a").count()).isEqualTo(2);
  }

  @Test
  void aTaskThatWaitedForBytesShowsInItsAdmissionWait() {
    Tensor all = slabs(8);
    CountDownLatch leave = new CountDownLatch(1);
    Task first = Task.call("first", context -> await(leave)).out(all).lastUse(all);
    StepVerifier.create(sluice.submit(Flux.just(first, good("second").out(slabs(8)))))
        .then(this::awaitAWaitForBytes)
        .then(leave::countDown)
        .expectNextCount(2)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(timer("sluice.task.admission.wait", "first").max(TimeUnit.NANOSECONDS)).isZero();
    assertThat(timer("sluice.task.admission.wait", "second").max(TimeUnit.NANOSECONDS))
        .isPositive();
  }

  private void awaitAWaitForBytes() {
    StepVerifier.create(sluice.whyWaiting().repeat().takeUntil(why -> why.neededBytes() > 0).then())
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aReadersTimeBehindItsWriterIsNoWaitForAWorker() {
    Tensor bytes = slabs(1);
    AtomicInteger spun = new AtomicInteger();
    Task writer =
        Task.call(
                "writer",
                context -> {
                  long until = System.nanoTime() + Duration.ofMillis(50).toNanos();
                  while (System.nanoTime() < until) {
                    spun.incrementAndGet();
                  }
                })
            .out(bytes);
    run(writer, good("reader").in(bytes));
    double writerRanNs = timer("sluice.task.run", "writer").totalTime(TimeUnit.NANOSECONDS);
    assertThat(timer("sluice.task.queue.wait", "reader").count()).isEqualTo(1);
    assertThat(writerRanNs).isGreaterThanOrEqualTo(5e7);
  }

  @Test
  void gaugesFollowTheHeapTheTasksAndTheDemand() throws InterruptedException {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    Tensor bytes = slabs(3);
    Task held =
        Task.call(
                "held",
                context -> {
                  entered.countDown();
                  assertThat(leave.await(20, TimeUnit.SECONDS)).isTrue();
                })
            .out(bytes);
    Sinks.Many<Task> source = Sinks.many().unicast().onBackpressureBuffer();
    StepVerifier.create(sluice.submit(source.asFlux()))
        .then(() -> assertThat(source.tryEmitNext(held).isSuccess()).isTrue())
        .then(() -> await(entered))
        .then(this::assertHeldGauges)
        .then(leave::countDown)
        .expectNextCount(1)
        .then(() -> assertThat(source.tryEmitComplete().isSuccess()).isTrue())
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(gauge("sluice.heap.used")).isZero();
    assertThat(gauge("sluice.tasks.live")).isZero();
  }

  private void assertHeldGauges() {
    // Twice: a busy scheduler answers the first question for the second.
    gauge("sluice.demand");
    StepVerifier.create(sluice.whyWaiting()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(gauge("sluice.demand")).isEqualTo(16);
    assertThat(gauge("sluice.heap.used")).isEqualTo(3 * SLAB);
    assertThat(gauge("sluice.heap.peak")).isEqualTo(3 * SLAB);
    assertThat(gauge("sluice.heap.capacity")).isEqualTo(8 * SLAB);
    assertThat(gauge("sluice.tasks.live")).isEqualTo(1);
    assertThat(gauge("sluice.tasks.running")).isEqualTo(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void namesMadeUpForEachTaskDontFillTheRegistry() {
    run(Flux.range(0, 500).map(i -> good("task " + i)).toStream().toArray(Task[]::new));
    assertThat(registry.find("sluice.task.run").timers()).hasSize(EventMeters.MAX_KERNELS + 1);
    assertThat(tasks("other", "completed")).isEqualTo(500 - EventMeters.MAX_KERNELS);
  }

  @Test
  void refusedTasksCountForTheirKernel() {
    Kernel copy = KernelLibrary.kernel(MeteredKernels.class, "copy");
    Stream<Task> tooLarge =
        IntStream.range(0, 500).mapToObj(i -> Task.call("task " + i, copy).out(slabs(9)));
    run(tooLarge.toArray(Task[]::new));
    assertThat(tasks("copy", "refused")).isEqualTo(500);
    assertThat(registry.find("sluice.task.run").timers()).hasSize(1);
  }

  @Test
  void whoeverListensNoMoreMeasuresNoMore() {
    run(good("a"));
    meters.close();
    run(good("a"));
    assertThat(meters.isDisposed()).isTrue();
    assertThat(tasks("a", "completed")).isEqualTo(1);
  }

  /// Kernels with names of their own.
  public static final class MeteredKernels implements KernelLibrary {
    @Override
    public Map<String, Kernel> kernels() {
      return Map.of("copy", context -> {});
    }
  }
}
