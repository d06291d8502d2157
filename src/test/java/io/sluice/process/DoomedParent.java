package io.sluice.process;

import static io.sluice.task.DType.INT64;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.config.ProcessOptions;
import io.sluice.task.LibraryKernel;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/// A program with worker processes that is killed: it prints their process ids, and waits.
final class DoomedParent {
  private static final int CHILDREN = 2;

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
                CHILDREN,
                TestKernels.class,
                child -> counts ? withoutSafepoints(child, Path.of(arguments[0])) : child)
            .build();
    sluice
        .submit(
            Flux.range(0, CHILDREN)
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
    sluice.submit(Flux.range(0, CHILDREN).map(i -> Task.call("last", kernel))).blockLast();
  }

  /// Starts it as a process of its own.
  static ProcessBuilder program(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                DoomedParent.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /// The ids of its children, once it has printed them.
  static List<Long> childrenOf(Process parent) throws IOException {
    BufferedReader out = parent.inputReader();
    List<Long> pids = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      pids.add(Long.valueOf(line));
      if (pids.size() == CHILDREN) {
        return pids;
      }
    }
    return pids;
  }

  private static ProcessOptions withoutSafepoints(ProcessOptions child, Path directory) {
    return child
        .workingDirectory(directory)
        .jvmOptions("-Xbatch", "-XX:-UseCountedLoopSafepoints", "-XX:LoopStripMiningIter=0");
  }
}
