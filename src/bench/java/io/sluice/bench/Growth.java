package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/// Does a task cost the same however many there are?
///
/// | figure | grows |
/// | --- | --- |
/// | stream | tasks of a stream, each without data |
/// | live | tasks of a chain that all wait for its head |
/// | fan-out | readers of one tensor that all wait for its writer |
/// | parts | tiles of one buffer whose writers all wait, read whole in the end |
/// | runs | runs side by side, of 100,000 tasks together |
/// | workers | workers, beyond the processors that there are |
///
/// Each figure is the time a task takes, in the best of several repetitions.
final class Growth {
  private static final long ENOUGH_NS = 1_000_000_000L;
  private static final int WHOLE = 100_000;

  private final boolean full;

  private Growth(boolean full) {
    this.full = full;
  }

  public static void main(String[] arguments) {
    Growth growth = new Growth(arguments.length > 0 && arguments[0].equals("full"));
    growth.each("stream", new int[] {1_000, 10_000, 100_000, 1_000_000, 10_000_000}, 1_000_000);
    growth.each("live", new int[] {1, 100, 10_000, 100_000, 1_000_000}, 100_000);
    growth.each("fan-out", new int[] {10, 1_000, 100_000, 1_000_000}, 100_000);
    growth.each("parts", new int[] {100, 1_000, 10_000, 100_000}, 10_000);
    growth.each("runs", new int[] {1, 10, 100, 1_000}, 1_000);
    growth.each("workers", new int[] {1, 2, 4, 16, 64}, 16);
  }

  private void each(String what, int[] sizes, int largestWhenQuick) {
    for (int size : sizes) {
      if (full || size <= largestWhenQuick) {
        Figure figure = Figure.time("growth", what + " " + size, "ns/task");
        ProcessMeasurement.print(figure, Peers.SLUICE, nsPerTask(what, size));
      }
    }
  }

  private double nsPerTask(String what, int size) {
    int workers = what.equals("workers") ? size : Peers.WORKER_COUNT;
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .threads("cpu", workers)
            .lookAhead(256)
            .unlimitedInFlight()
            .noAllocationTimeout()
            .build()) {
      return switch (what) {
        case "stream" -> best(size, n -> Arrivals.awaitAll(n, sluice.submit(empty(n))));
        case "live" -> best(size, n -> held(sluice, chain(n)));
        case "fan-out" -> best(size, n -> held(sluice, fanOut(n)));
        case "parts" -> partsOf(sluice, size);
        case "runs" -> best(WHOLE, n -> sideBySide(sluice, size, n / size));
        default -> best(WHOLE, n -> Arrivals.awaitAll(n, sluice.submit(empty(n))));
      };
    }
  }

  /// The best of at least three repetitions that take a second together.
  private double best(int taskCount, IntConsumer job) {
    double bestNs = Double.MAX_VALUE;
    long begun = System.nanoTime();
    for (int i = 0; i < 3 || System.nanoTime() - begun < ENOUGH_NS; i++) {
      long start = System.nanoTime();
      job.accept(taskCount);
      bestNs = Math.min(bestNs, (System.nanoTime() - start) / (double) taskCount);
    }
    return bestNs;
  }

  private static Flux<Task> empty(int count) {
    return Flux.range(0, count).map(i -> Task.call("empty", kernel -> {}));
  }

  private interface Graph {
    Publisher<Task> tasks(Task head);
  }

  private record Held(int count, Graph graph) {}

  /// Admits the whole graph while its head is held, then lets it run.
  private static void held(Sluice sluice, Held held) {
    CountDownLatch admitted = new CountDownLatch(1);
    Task head = Task.call("head", kernel -> admitted.await());
    Arrivals.awaitAll(
        held.count,
        sluice.submit(Flux.from(held.graph.tasks(head)).doOnComplete(admitted::countDown)));
  }

  private static Held chain(int count) {
    Tensor tensor = Tensor.of(DType.INT32, 1);
    return new Held(
        count,
        head ->
            Flux.range(0, count)
                .map(i -> i == 0 ? head.out(tensor) : Task.call("link", k -> {}).inout(tensor)));
  }

  private static Held fanOut(int count) {
    Tensor tensor = Tensor.of(DType.INT32, 1);
    return new Held(
        count,
        head ->
            Flux.range(0, count)
                .map(i -> i == 0 ? head.out(tensor) : Task.call("reader", k -> {}).in(tensor)));
  }

  /// Tiles side by side of a square buffer: the head holds the whole, so that each tile's writer waits.
  private double partsOf(Sluice sluice, int count) {
    int side = (int) Math.round(Math.sqrt(count));
    try (UserTensor buffer = sluice.tensor(DType.UINT8, side, side)) {
      return best(
          side * side + 2, n -> held(sluice, new Held(n, head -> tiles(head, buffer, side))));
    }
  }

  private static Flux<Task> tiles(Task head, UserTensor buffer, int side) {
    return Flux.range(0, side * side)
        .map(
            i ->
                Task.call("tile", kernel -> {})
                    .inout(
                        buffer.slice(
                            Range.of(i / side, i / side + 1), Range.of(i % side, i % side + 1))))
        .startWith(head.inout(buffer))
        .concatWithValues(Task.call("whole", kernel -> {}).in(buffer));
  }

  private static void sideBySide(Sluice sluice, int runCount, int tasksEach) {
    Arrivals.awaitAll(
        (long) runCount * tasksEach,
        Flux.range(0, runCount).flatMap(i -> sluice.submit(empty(tasksEach)), runCount));
  }
}
