package io.sluice.worker.process;

import static io.sluice.task.DType.INT64;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import io.sluice.worker.process.ChaosKernels.Mischief;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/// Children are killed from outside and do mischief from inside, at random moments: each task completes
/// once, with the right bytes, and nothing is left. H-28, H-36, H-37, H-40, H-41, H-43.
///
/// `-Dsluice.chaos.seconds=600 -Dsluice.chaos.seed=7` for a long run of another kind.
@Timeout(value = 1, unit = TimeUnit.DAYS)
class ChaosTest {
  private static final Duration LENGTH =
      Duration.ofSeconds(Integer.getInteger("sluice.chaos.seconds", 12));
  private static final long SEED = Long.getLong("sluice.chaos.seed", 1);
  private static final Duration BOUND = LENGTH.plusSeconds(120);
  private static final int ELEMENTS = 700;
  private static final int MISCHIEF_IN = 500;
  private static final int CHILDREN = 3;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void nothingIsLostOrCountedTwiceOrLeft() throws Exception {
    List<String> before = descriptors();
    long endNs = System.nanoTime() + LENGTH.toNanos();
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.kibibytes(256))
            .processes(
                "chaos",
                CHILDREN,
                ChaosKernels.class,
                child ->
                    child
                        .heap(DataSize.mebibytes(16))
                        .heartbeat(Duration.ofSeconds(2))
                        .startTimeout(Duration.ofSeconds(8)))
            .build()) {
      Thread killer = new Thread(this::killNowAndThen, "killer");
      killer.start();
      boolean[] seen = new boolean[10_000_000];
      Long count =
          sluice
              .submitScoped(
                  Flux.<Flux<Task>, Integer>generate(
                      () -> 0,
                      (number, sink) -> {
                        if (System.nanoTime() - endNs > 0) {
                          sink.complete();
                        } else {
                          sink.next(Flux.just(task(number)));
                        }
                        return number + 1;
                      }),
                  ChaosTest::checked)
              .doOnNext(
                  number -> {
                    assertThat(seen[number]).as("task %d is counted once", number).isFalse();
                    seen[number] = true;
                  })
              .count()
              .block(BOUND);
      over.set(true);
      killer.join(10_000);
      assertThat(count).isPositive();
      for (int number = 0; number < count; number++) {
        assertThat(seen[number]).as("task %d is counted", number).isTrue();
      }
      System.out.println("chaos: " + count + " tasks in " + LENGTH);
      sluice.drain().block(BOUND);
      assertThat(sluice.figures().heapUsedBytes()).isZero();
      sluice.disposeGracefully(Duration.ofSeconds(10)).block(BOUND);
    }
    assertThat(pids()).as("children that are left").isEmpty();
    assertThat(descriptors()).as("descriptors that are left").isSubsetOf(before);
  }

  private Task task(int number) {
    Tensor out = Tensor.of(INT64, ELEMENTS);
    int mischief = random.nextInt(MISCHIEF_IN) > 0 ? 0 : random.nextInt(Mischief.count());
    return Task.call(Integer.toString(number), ChaosKernels.WORK)
        .out(out)
        .scalar(1_000L * number)
        .scalar(mischief)
        .scalar(random.nextLong())
        .yields(out)
        .retry(TaskRetry.max(1).maxLostWorkers(1_000));
  }

  private static int checked(TaskResult result) {
    int number = Integer.parseInt(result.task().name());
    TensorView out = result.view(result.task().yielded().getFirst());
    for (int i = 0; i < ELEMENTS; i++) {
      assertThat(out.getLong(i)).isEqualTo(1_000L * number + i);
    }
    return number;
  }

  private void killNowAndThen() {
    SplittableRandom own = new SplittableRandom(SEED + 1);
    List<String> signals = List.of("KILL", "KILL", "TERM", "SEGV", "STOP");
    while (!over.get()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(own.nextInt(2_500)));
      List<Long> pids = pids();
      if (!pids.isEmpty() && !over.get()) {
        signal(pids.get(own.nextInt(pids.size())), signals.get(own.nextInt(signals.size())));
      }
    }
  }

  private static void signal(long pid, String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid))
          .redirectErrorStream(true)
          .start()
          .getOutputStream()
          .close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Long> pids() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("ChildMain"))
        .map(ProcessHandle::pid)
        .toList();
  }

  /// Of regions, in this process.
  private static List<String> descriptors() throws IOException {
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links.map(ChaosTest::target).filter(target -> target.contains("/sluice-")).toList();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException gone) {
      return "";
    }
  }
}
