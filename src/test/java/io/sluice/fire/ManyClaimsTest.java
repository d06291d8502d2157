package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.DrainReport;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.BitSet;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/// A million claims in one epoch, of which up to a thousand are live at once: no fixed window of
/// slots, ids or slabs lies in the way.
class ManyClaimsTest {
  private static final int SCOPES = 1_000;
  private static final int TASKS = 1_000;
  private static final Duration BOUND = Duration.ofSeconds(100);

  private final BitSet seen = new BitSet(SCOPES * TASKS);

  @Test
  void aMillionClaimsOfAThousandLiveSlabs() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", 2).build()) {
      long started = System.nanoTime();
      Long count =
          sluice
              .submitScoped(Flux.range(0, SCOPES).map(ManyClaimsTest::scope))
              .doOnNext(result -> seen(result.taskId().sequence()))
              .count()
              .block(BOUND);
      assertThat(count).isEqualTo(SCOPES * TASKS);
      DrainReport report = Objects.requireNonNull(sluice.drain().block(BOUND));
      System.out.printf(
          "%-30s %,9.0f tasks/s%n",
          "a million claims", SCOPES * TASKS / ((System.nanoTime() - started) / 1e9));
      assertThat(seen.cardinality()).as("ids from 0, each once").isEqualTo(SCOPES * TASKS);
      assertThat(seen.length()).as("the highest id and one").isEqualTo(SCOPES * TASKS);
      assertThat(report.claimedBytes()).isEqualTo(1_024L * SCOPES * TASKS);
      assertThat(report.peakHeapBytes()).isGreaterThanOrEqualTo(1_024L * TASKS);
      assertThat(sluice.figures().heapUsedBytes()).isZero();
    }
  }

  private void seen(long sequence) {
    seen.set((int) sequence);
  }

  /// All of its slabs live until it ends.
  private static Flux<Task> scope(int number) {
    return Flux.range(0, TASKS)
        .map(i -> Task.call("claim", context -> {}).out(Tensor.of(DType.UINT8, 1_000)));
  }
}
