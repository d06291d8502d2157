package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/// Graphs of any size. What each comes to is compared with what it must be.
///
/// Those whose tasks all wait are admitted as a whole while their head is held.
final class GrowingJobs {
  /// The pool of the heads, which wait in their kernels until all behind them are admitted.
  static final String HEADS = "heads";

  static final int WHOLE = 100_000;

  private final Sluice sluice;
  private final LongAdder sum = new LongAdder();

  GrowingJobs(Sluice sluice) {
    this.sluice = sluice;
  }

  private interface Graph {
    Publisher<Task> tasks(CountDownLatch admitted);
  }

  private int checked(String what, int count, long expected, Publisher<?> run) {
    sum.reset();
    Arrivals.awaitAll(count, run);
    Workload.check(what, expected, sum.sum());
    return count;
  }

  private Publisher<TaskResult> held(Graph graph) {
    CountDownLatch admitted = new CountDownLatch(1);
    return sluice.submit(Flux.from(graph.tasks(admitted)).doOnComplete(admitted::countDown));
  }

  int stream(int count) {
    return checked("tasks that ran", count, count, sluice.submit(ones(count)));
  }

  private Flux<Task> ones(int count) {
    return Flux.range(0, count).map(i -> Task.call("one", kernel -> sum.add(1)));
  }

  /// Each link raises a number by one; the last says how far it came.
  int chain(int count) {
    Tensor number = Tensor.of(DType.INT32, 1);
    return checked("links", count + 1, count, held(admitted -> chain(count, number, admitted)));
  }

  private Flux<Task> chain(int count, Tensor number, CountDownLatch admitted) {
    Task head =
        Task.call(
                "head",
                kernel -> {
                  admitted.await();
                  kernel.tensor(0).setInt(0, 0);
                })
            .out(number)
            .on(HEADS);
    return Flux.range(1, count)
        .map(i -> Task.call("link", kernel -> raise(kernel.tensor(0), i == count)).inout(number))
        .startWith(head);
  }

  private void raise(TensorView number, boolean isLast) {
    number.setInt(0, number.getInt(0) + 1);
    if (isLast) {
      sum.add(number.getInt(0));
    }
  }

  int fanOut(int count) {
    Tensor one = Tensor.of(DType.INT32, 1);
    return checked("readers", count + 1, count, held(admitted -> fanOut(count, one, admitted)));
  }

  private Flux<Task> fanOut(int count, Tensor one, CountDownLatch admitted) {
    Task head =
        Task.call(
                "head",
                kernel -> {
                  admitted.await();
                  kernel.tensor(0).setInt(0, 1);
                })
            .out(one)
            .on(HEADS);
    return Flux.range(0, count)
        .map(i -> Task.call("reader", kernel -> sum.add(kernel.tensor(0).getInt(0))).in(one))
        .startWith(head);
  }

  /// About so many tiles of one element of a square buffer: the head clears the whole, so that all of their writers wait.
  int parts(int count) {
    int side = (int) Math.round(Math.sqrt(count));
    try (UserTensor buffer = sluice.tensor(DType.UINT8, side, side)) {
      return checked(
          "tiles written",
          side * side + 2,
          (long) side * side,
          held(admitted -> tiles(side, buffer, admitted)));
    }
  }

  private Flux<Task> tiles(int side, UserTensor buffer, CountDownLatch admitted) {
    Task head =
        Task.call(
                "head",
                kernel -> {
                  admitted.await();
                  kernel.tensor(0).fillBytes((byte) 0);
                })
            .out(buffer)
            .on(HEADS);
    return Flux.range(0, side * side)
        .map(i -> tile(buffer, i / side, i % side))
        .startWith(head)
        .concatWithValues(Task.call("whole", kernel -> addAll(kernel.tensor(0))).in(buffer));
  }

  private static Task tile(UserTensor buffer, int row, int column) {
    return Task.call("tile", kernel -> kernel.tensor(0).setInt(0, 1))
        .inout(buffer.slice(Range.of(row, row + 1), Range.of(column, column + 1)));
  }

  private void addAll(TensorView whole) {
    for (long i = 0; i < whole.elementCount(); i++) {
      sum.add(whole.getInt(i));
    }
  }

  int sideBySide(int runCount) {
    int tasksEach = WHOLE / runCount;
    return checked(
        "tasks that ran",
        WHOLE,
        WHOLE,
        Flux.range(0, runCount).flatMap(i -> sluice.submit(ones(tasksEach)), runCount));
  }
}
