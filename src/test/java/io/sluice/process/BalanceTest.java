package io.sluice.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Await;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Kernel;
import io.sluice.task.KernelContext;
import io.sluice.task.KernelLibrary;
import io.sluice.task.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/// Work that waits behind other work goes to a child that has none.
class BalanceTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir Path directory;

  /// Children of which each waits for a file before it is ready, and kernels that wait for one before they return.
  public static final class Waiting implements KernelLibrary {
    static final String PLACE = "sluice.test.place";

    public Waiting() {
      if (System.getProperty(PLACE) != null) {
        await("gate");
      }
    }

    private static Path file(String name) {
      return Path.of(System.getProperty(PLACE), name);
    }

    private static void await(String name) {
      while (!Files.exists(file(name))) {
        LockSupport.parkNanos(1_000_000);
      }
    }

    @Override
    public Map<String, Kernel> kernels() {
      return Map.of(
          "nothing",
          context -> {},
          "halt",
          context -> Runtime.getRuntime().halt(3),
          "await",
          Waiting::awaitRelease);
    }

    private static void awaitRelease(KernelContext context) throws IOException {
      Files.createFile(file("running-" + context.taskName()));
      await("release-" + context.taskName());
    }
  }

  private static Task task(String name, String kernel) {
    return Task.call(name, KernelLibrary.kernel(Waiting.class, kernel));
  }

  private CompletableFuture<Long> submit(Sluice sluice, Task task) {
    return sluice.submit(Flux.just(task)).count().toFuture();
  }

  private void awaitFile(String name) {
    Await.until(name, () -> Files.exists(directory.resolve(name)));
  }

  /// What waits for the child that starts is for it alone, and for as long as it starts.
  @Test
  void aSeatThatCanGiveNothingAwayIsNotInTheWayOfOnesThatCan() throws Exception {
    Path gate = Files.createFile(directory.resolve("gate"));
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.mebibytes(1))
            .processes(
                "cpu",
                3,
                Waiting.class,
                child ->
                    child
                        .jvmOptions("-D" + Waiting.PLACE + "=" + directory)
                        .startTimeout(Duration.ofMinutes(5)))
            .build()) {
      for (int worker = 0; worker < 3; worker++) {
        sluice.submit(Flux.just(task("up", "nothing").on("cpu", worker))).blockLast(BOUND);
      }
      Files.delete(gate);
      sluice
          .submit(Flux.just(task("halt", "halt").on("cpu", 0)))
          .onErrorComplete()
          .blockLast(BOUND);
      CompletableFuture<Long> exact = submit(sluice, task("exact", "nothing").on("cpu", 0));
      CompletableFuture<Long> late = submit(sluice, task("late", "await"));
      CompletableFuture<Long> soon = submit(sluice, task("soon", "await"));
      awaitFile("running-late");
      awaitFile("running-soon");
      CompletableFuture<Long> short6 =
          sluice.submit(Flux.range(0, 6).map(i -> task("short", "nothing"))).count().toFuture();
      Files.createFile(directory.resolve("release-soon"));
      assertThat(short6.get(BOUND.toSeconds(), TimeUnit.SECONDS)).isEqualTo(6);
      assertThat(late).isNotDone();
      assertThat(exact).isNotDone();
      Files.createFile(directory.resolve("release-late"));
      Files.createFile(gate);
      assertThat(CompletableFuture.allOf(exact, late, soon)).succeedsWithin(BOUND);
    }
  }
}
