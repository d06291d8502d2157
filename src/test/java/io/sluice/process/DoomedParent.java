package io.sluice.process;

import static io.sluice.task.DType.INT64;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.config.ProcessOptions;
import io.sluice.task.LibraryKernel;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.nio.file.Path;
import reactor.core.publisher.Flux;

/// A program with worker processes that is killed: it prints their process ids, and waits.
final class DoomedParent {
  private DoomedParent() {}

  /// Runs until it is killed.
  ///
  /// @param arguments none, or a directory for children that count and never come to a safepoint
  public static void main(String[] arguments) {
    boolean counts = arguments.length > 0;
    Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .processes(
                "cpu",
                2,
                TestKernels.class,
                child -> counts ? withoutSafepoints(child, Path.of(arguments[0])) : child)
            .build();
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
    LibraryKernel kernel = counts ? TestKernels.COUNT : TestKernels.HANG;
    sluice.submit(Flux.range(0, 2).map(i -> Task.call("last", kernel))).blockLast();
  }

  private static ProcessOptions withoutSafepoints(ProcessOptions child, Path directory) {
    return child
        .workingDirectory(directory)
        .jvmOptions("-Xbatch", "-XX:-UseCountedLoopSafepoints", "-XX:LoopStripMiningIter=0");
  }
}
