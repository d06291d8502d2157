package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TensorSlice;
import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/// W7: what does it cost to write one buffer in 10,000 parts, and then to read it whole?
///
/// The buffer has 10,000 rows of 10,000 bytes, written as rows, as columns, or as 100 by 100 tiles; each task
/// adds 1 to the first byte of its part, in place, which the reader of the whole checks. W1 of the same
/// run says what a task without data costs. The peers know by themselves that the parts are disjoint.
///
/// `examples/run bench --only W7`
@OperationsPerInvocation(BufferLayouts.COUNT)
public class BufferLayouts extends Workload {
  private static final int SIDE = 10_000;
  private static final int TILE = 100;
  private static final int PART_COUNT = 10_000;
  static final int COUNT = PART_COUNT + 1;

  @Param({"rows", "columns", "tiles"})
  public String layout = "rows";

  private int round;

  @Override
  Runnable onSluice(Sluice runtime) {
    UserTensor buffer = runtime.tensor(DType.UINT8, SIDE, SIDE);
    return () -> {
      round++;
      Arrivals.awaitAll(COUNT, runtime.submit(Flux.range(0, COUNT).map(i -> task(buffer, i))));
    };
  }

  private Task task(UserTensor buffer, int i) {
    return i == PART_COUNT
        ? Task.call("whole", kernel -> checkAll(kernel.tensor(0))).in(buffer)
        : Task.call("part", kernel -> addOne(kernel.tensor(0))).inout(partOf(buffer, i));
  }

  private static void addOne(TensorView part) {
    part.setInt(0, part.getInt(0) + 1);
  }

  private void checkAll(TensorView whole) {
    for (int i = 0; i < PART_COUNT; i++) {
      checkByte(i, whole.getInt(whole.indexOf(firstRow(i), firstColumn(i))));
    }
  }

  private void checkByte(int part, int actual) {
    if (actual != (round & 0xFF)) {
      check("the first byte of part " + part, round & 0xFF, actual);
    }
  }

  private TensorSlice partOf(UserTensor buffer, int i) {
    return switch (layout) {
      case "rows" -> buffer.slice(Range.of(i, i + 1), Range.of(0, SIDE));
      case "columns" -> buffer.slice(Range.of(0, SIDE), Range.of(i, i + 1));
      default ->
          buffer.slice(
              Range.of(firstRow(i), firstRow(i) + TILE),
              Range.of(firstColumn(i), firstColumn(i) + TILE));
    };
  }

  private int firstRow(int i) {
    return switch (layout) {
      case "rows" -> i;
      case "columns" -> 0;
      default -> i / TILE * TILE;
    };
  }

  private int firstColumn(int i) {
    return switch (layout) {
      case "rows" -> 0;
      case "columns" -> i;
      default -> i % TILE * TILE;
    };
  }

  private int addOne(byte[] buffer, int i) {
    buffer[firstRow(i) * SIDE + firstColumn(i)]++;
    return i;
  }

  private int checkAll(byte[] buffer) {
    for (int i = 0; i < PART_COUNT; i++) {
      checkByte(i, buffer[firstRow(i) * SIDE + firstColumn(i)] & 0xFF);
    }
    return PART_COUNT;
  }

  @Override
  Runnable onReactor(Scheduler scheduler) {
    byte[] buffer = new byte[SIDE * SIDE];
    return () -> {
      round++;
      Arrivals.awaitAll(
          COUNT,
          Flux.concat(
              Peers.flatMapped(PART_COUNT, scheduler, i -> addOne(buffer, i)),
              Peers.call(scheduler, () -> checkAll(buffer))));
    };
  }

  @Override
  Runnable onFutures(ExecutorService executor) {
    byte[] buffer = new byte[SIDE * SIDE];
    CompletableFuture<?>[] parts = new CompletableFuture<?>[PART_COUNT];
    return () -> {
      round++;
      Peers.futures(
          COUNT,
          i -> {
            if (i == PART_COUNT) {
              return CompletableFuture.allOf(parts)
                  .thenApplyAsync(ignored -> checkAll(buffer), executor);
            }
            var part = CompletableFuture.supplyAsync(() -> addOne(buffer, i), executor);
            parts[i] = part;
            return part;
          });
    };
  }
}
