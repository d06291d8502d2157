package io.sluice.process;

import static io.sluice.task.DType.INT64;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import reactor.core.publisher.Flux;

/// A program with worker processes that is killed: it prints their process ids, and waits.
final class DoomedParent {
  private DoomedParent() {}

  public static void main(String[] arguments) {
    Sluice sluice =
        Sluice.builder().heap(DataSize.mebibytes(1)).processes("cpu", 2, TestKernels.class).build();
    sluice
        .submit(
            Flux.range(0, 2)
                .map(
                    worker -> {
                      Tensor pid = Tensor.of(INT64, 1);
                      return Task.call("pid", TestKernels.PID)
                          .out(pid)
                          .on("cpu", worker)
                          .yields(pid);
                    }),
            result -> result.view(result.task().yielded().getFirst()).getLong(0))
        .doOnNext(System.out::println)
        .blockLast();
    sluice.submit(Flux.range(0, 2).map(i -> Task.call("hang", TestKernels.HANG))).blockLast();
  }
}
