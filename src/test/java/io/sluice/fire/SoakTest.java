package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.DrainReport;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;

/// Several threads submit runs of all sorts to one small runtime, while others close what they hold
/// and drain.
///
/// What each thread submits is decided by the seed; how it interleaves is not. A failure names both.
/// `-Dsluice.soak.seconds=3600` runs longer, `-Dsluice.soak.seed=7` another mix.
class SoakTest {
  private static final int SECONDS = Integer.getInteger("sluice.soak.seconds", 20);
  private static final long SEED = Long.getLong("sluice.soak.seed", 1);
  private static final int SUBMITTERS = 3;
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofMillis(20);

  private final Sluice sluice =
      Sluice.builder()
          .heap(DataSize.kibibytes(256))
          .threads("cpu", 2)
          .virtualThreads("light", 2)
          .noAllocationTimeout()
          .build();
  private final HeldResults held = new HeldResults();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final AtomicLong runCount = new AtomicLong();
  private final AtomicLong drainedCount = new AtomicLong();
  private final Semaphore runsEnded = new Semaphore(0);
  private volatile boolean over;

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void nothingIsLostDoubledOrLeft() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < SUBMITTERS; i++) {
      SoakRuns runs = new SoakRuns(sluice, held, SEED * 31 + i);
      threads.add(start("submitter-" + i, () -> submit(runs)));
    }
    threads.add(start("drainer", this::drain));
    Thread closer = start("closer", held::closeUntilStopped);
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    for (Thread thread : threads) {
      joined(thread, end);
    }
    held.stop();
    joined(closer, end);
    nothingIsLeft();
  }

  private Thread start(String name, Runnable body) {
    return Thread.ofPlatform().name(name).daemon().start(() -> guarded(body));
  }

  private void guarded(Runnable body) {
    try {
      body.run();
    } catch (Throwable thrown) {
      over = true;
      failure.compareAndSet(null, thrown);
    }
  }

  private void submit(SoakRuns runs) {
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    while (!over && System.nanoTime() < end) {
      runs.next();
      runCount.incrementAndGet();
      runsEnded.release();
    }
    over = true;
  }

  /// Drains while others submit: it resolves where all is quiet for a moment, or is cancelled.
  private void drain() {
    try {
      while (!over && runsEnded.tryAcquire(SECONDS, TimeUnit.SECONDS)) {
        DrainReport report = sluice.drain().timeout(PATIENCE, Mono.empty()).block(BOUND);
        drainedCount.addAndGet(report != null && report.taskCount() > 0 ? 1 : 0);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void joined(Thread thread, long endNs) throws InterruptedException {
    long leftMs = Math.max(0, (endNs - System.nanoTime()) / 1_000_000);
    boolean ended = thread.join(BOUND.plusMillis(leftMs));
    Throwable thrown = failure.get();
    if (thrown != null || !ended) {
      over = true;
      throw new AssertionError(
          "%s; %s; again with mvn test -Dtest=SoakTest -Dsluice.soak.seed=%d -Dsluice.soak.seconds=%d"
              .formatted(
                  thrown == null ? thread.getName() + " is stuck" : thrown.getMessage(),
                  sluice.whyDrainWaits().block(BOUND),
                  SEED,
                  SECONDS),
          thrown);
    }
  }

  private void nothingIsLeft() {
    Objects.requireNonNull(sluice.drain().block(BOUND));
    System.out.printf(
        "soak: %,d runs, %,d drains in between, %,d results held%n",
        runCount.get(), drainedCount.get(), held.closedCount());
    assertThat(sluice.figures().heapUsedBytes()).as("heap").isZero();
    assertThat(sluice.figures().liveCount()).as("live tasks").isZero();
    assertThat(sluice.figures().runningCount()).as("running kernels").isZero();
    assertThat(held.wrongCount()).as("held results that read as something else").isZero();
    sluice.disposeGracefully(BOUND).block(BOUND);
  }
}
