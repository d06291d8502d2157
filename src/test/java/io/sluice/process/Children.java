package io.sluice.process;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;

/// What tests do to worker processes from outside.
final class Children {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private Children() {}

  static void signal(long pid, String signal) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
      if (!kill.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("kill hangs");
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// The process of the only worker of a pool.
  static long pidOf(Sluice sluice) {
    Tensor pid = Tensor.of(DType.INT64, 1);
    return sluice
        .submit(
            Flux.just(Task.call("pid", TestKernels.PID).out(pid).yields(pid)),
            result -> result.view(pid).getLong(0))
        .blockLast(BOUND);
  }
}
