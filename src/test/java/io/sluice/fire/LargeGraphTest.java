package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.DrainReport;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.CompositeTaskException;
import io.sluice.error.TaskFailedException;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import reactor.core.publisher.Flux;

/// A million tasks that all depend on one another, on real threads: neither the stack nor a table is
/// as deep as the graph, nothing takes time that grows faster than it, and a failure at its head
/// reaches every task.
///
/// The head waits until the last task is admitted, so that the graph is alive as a whole.
/// `-Dsluice.graph.tasks=10000000` makes larger ones.
class LargeGraphTest {
  private static final int COUNT = Integer.getInteger("sluice.graph.tasks", 1_000_000);
  private static final Duration BOUND = Duration.ofSeconds(90);

  private final Sluice sluice =
      Sluice.builder()
          .heap(DataSize.kibibytes(64))
          .threads("cpu", 2)
          .unlimitedInFlight()
          .lookAhead(1_024)
          .build();
  private final AtomicLong runCount = new AtomicLong();
  private CountDownLatch allCame = new CountDownLatch(1);

  @AfterEach
  void nothingIsLeft() {
    sluice.disposeGracefully(BOUND).block(BOUND);
  }

  /// Graphs whose first task is the one on which all others depend.
  enum Graph {
    CHAIN_BY_DATA {
      @Override
      Flux<Task> tasks(Task head, Tensor tensor, Kernel kernel) {
        Task link = Task.call("link", kernel).inout(tensor);
        return Flux.range(1, COUNT - 1).map(i -> link).startWith(head.out(tensor));
      }
    },
    CHAIN_BY_EDGES {
      @Override
      Flux<Task> tasks(Task head, Tensor tensor, Kernel kernel) {
        Task[] last = {head};
        return Flux.range(1, COUNT - 1)
            .map(i -> last[0] = Task.call("link", kernel).after(last[0]))
            .startWith(head);
      }
    },
    FAN_OUT {
      @Override
      Flux<Task> tasks(Task head, Tensor tensor, Kernel kernel) {
        Task reader = Task.call("reader", kernel).in(tensor);
        return Flux.range(1, COUNT - 1).map(i -> reader).startWith(head.out(tensor));
      }
    },
    /// Fails as the one before does; so only its completion is tried.
    FAN_OUT_AND_IN {
      @Override
      Flux<Task> tasks(Task head, Tensor tensor, Kernel kernel) {
        Task reader = Task.call("reader", kernel).in(tensor);
        return Flux.range(1, COUNT - 2)
            .map(i -> reader)
            .startWith(head.out(tensor))
            .concatWithValues(Task.call("writer", kernel).inout(tensor));
      }
    };

    abstract Flux<Task> tasks(Task head, Tensor tensor, Kernel kernel);
  }

  @TestFactory
  Stream<DynamicTest> eachGraphIsWorkedOff() {
    return Stream.of(Graph.values())
        .map(graph -> DynamicTest.dynamicTest(graph + " completes", () -> completes(graph)));
  }

  private void completes(Graph graph) {
    Outcome<Long> run = new Outcome<>();
    long started = System.nanoTime();
    sluice.submit(stream(graph, null)).count().subscribe(run);
    assertThat(run.await("the end of the run")).isEqualTo(COUNT);
    DrainReport report = drained(graph + " completes", started);
    assertThat(report.taskCount()).isEqualTo(COUNT);
    assertThat(runCount.get()).as("kernels run").isEqualTo(COUNT);
  }

  private static Stream<Graph> failing() {
    return Stream.of(Graph.CHAIN_BY_DATA, Graph.CHAIN_BY_EDGES, Graph.FAN_OUT);
  }

  @TestFactory
  Stream<DynamicTest> aFailureAtTheHeadReachesAllWhereTheRunGoesOn() {
    return failing()
        .map(graph -> DynamicTest.dynamicTest(graph + " delays", () -> delaysTheError(graph)));
  }

  private void delaysTheError(Graph graph) {
    Outcome<Long> run = new Outcome<>();
    long started = System.nanoTime();
    sluice.submitDelayError(stream(graph, new IllegalStateException("no"))).count().subscribe(run);
    assertThat(run.awaitEnd("the end of the run"))
        .isInstanceOfSatisfying(
            CompositeTaskException.class,
            error -> assertThat(error.failureCount()).isEqualTo(COUNT));
    DrainReport report = drained(graph + " fails, delayed", started);
    assertThat(report.failedCount()).isEqualTo(COUNT);
    assertThat(runCount.get()).as("kernels run").isEqualTo(1);
  }

  @TestFactory
  Stream<DynamicTest> aFailureAtTheHeadEndsTheRunAtOnceWhereItFailsFast() {
    return failing()
        .map(graph -> DynamicTest.dynamicTest(graph + " fails fast", () -> failsFast(graph)));
  }

  private void failsFast(Graph graph) {
    Outcome<Long> run = new Outcome<>();
    long started = System.nanoTime();
    sluice.submit(stream(graph, new IllegalStateException("no"))).count().subscribe(run);
    assertThat(run.awaitEnd("the end of the run")).isInstanceOf(TaskFailedException.class);
    DrainReport report = drained(graph + " fails fast", started);
    assertThat(report.failedCount() + report.cancelledCount()).isEqualTo(COUNT);
    assertThat(runCount.get()).as("kernels run").isEqualTo(1);
  }

  @Test
  void aCancelledGraphComesBackWhole() {
    Outcome<Long> run = new Outcome<>();
    long started = System.nanoTime();
    sluice
        .submit(stream(Graph.CHAIN_BY_DATA, null).doOnComplete(run::leave))
        .count()
        .subscribe(run);
    DrainReport report = drained("CHAIN_BY_DATA is cancelled", started);
    assertThat(report.taskCount()).isBetween(1L, (long) COUNT);
  }

  private Flux<Task> stream(Graph graph, @Nullable RuntimeException failure) {
    CountDownLatch last = new CountDownLatch(1);
    allCame = last;
    runCount.set(0);
    Tensor tensor = Tensor.of(DType.INT32, 256);
    Task head = Task.call("head", kernel -> head(failure));
    return graph
        .tasks(head, tensor, kernel -> runCount.incrementAndGet())
        .doOnTerminate(last::countDown);
  }

  private void head(@Nullable RuntimeException failure) throws InterruptedException {
    assertThat(allCame.await(BOUND.toSeconds(), TimeUnit.SECONDS)).as("all came").isTrue();
    runCount.incrementAndGet();
    if (failure != null) {
      throw failure;
    }
  }

  private DrainReport drained(String what, long startedNs) {
    DrainReport report = Objects.requireNonNull(sluice.drain().block(BOUND));
    System.out.printf("%-30s %5.2f s%n", what, (System.nanoTime() - startedNs) / 1e9);
    assertThat(sluice.figures().heapUsedBytes()).as("heap").isZero();
    assertThat(sluice.figures().liveCount()).as("live tasks").isZero();
    return report;
  }
}
