package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import reactor.core.publisher.Flux;

/// W7: what does it cost to write one buffer in 10,000 parts, and then to read it whole?
///
/// The buffer has 10,000 rows of 10,000 bytes, written as rows, as columns, or as 100 by 100 tiles; each task
/// adds 1 to the first byte of its part, in place, which the reader of the whole checks. W1 of the same
/// run says what a task without data costs.
///
/// `examples/run bench --only W7`
public class BufferLayouts extends Workload {
  private static final int SIDE = 10_000;
  private static final int TILE = 100;
  private static final int PART_COUNT = 10_000;
  static final int COUNT = PART_COUNT + 1;

  @Param({"rows", "columns", "tiles"})
  public String contender = "rows";

  private int round;

  @Override
  String contender() {
    return contender;
  }

  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void tasks() {
    batch.run();
  }

  @Override
  Runnable batchOf(String layout) {
    Sluice sluice = sluice(DataSize.mebibytes(1));
    UserTensor buffer = sluice.tensor(DType.UINT8, SIDE, SIDE);
    return () -> {
      round++;
      Arrivals.awaitAll(COUNT, sluice.submit(Flux.fromIterable(tasks(layout, buffer))));
    };
  }

  private List<Task> tasks(String layout, UserTensor buffer) {
    List<Task> tasks = new ArrayList<>(COUNT);
    for (int i = 0; i < PART_COUNT; i++) {
      tasks.add(
          Task.call("part", kernel -> addOne(kernel.tensor(0)))
              .inout(buffer.slice(rowsOf(layout, i), columnsOf(layout, i))));
    }
    tasks.add(Task.call("whole", kernel -> checkAll(layout, kernel.tensor(0))).in(buffer));
    return tasks;
  }

  private static void addOne(TensorView part) {
    part.setInt(0, part.getInt(0) + 1);
  }

  private void checkAll(String layout, TensorView whole) {
    for (int i = 0; i < PART_COUNT; i++) {
      check(
          "the first byte of part " + i,
          round & 0xFF,
          whole.getInt(whole.indexOf(rowsOf(layout, i).from(), columnsOf(layout, i).from())));
    }
  }

  private static Range rowsOf(String layout, int i) {
    return switch (layout) {
      case "rows" -> Range.of(i, i + 1);
      case "columns" -> Range.of(0, SIDE);
      default -> Range.of(i / TILE * TILE, i / TILE * TILE + TILE);
    };
  }

  private static Range columnsOf(String layout, int i) {
    return switch (layout) {
      case "rows" -> Range.of(0, SIDE);
      case "columns" -> Range.of(i, i + 1);
      default -> Range.of(i % TILE * TILE, i % TILE * TILE + TILE);
    };
  }
}
