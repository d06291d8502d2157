package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Does the process grow while a stream never ends?
///
/// Scopes of one task of 4 KiB stream through a heap of 1 MiB, in a JVM with 64 MiB of its own, so that a
/// collector that takes what it may is soon content. The resident set is read after a quarter of the
/// time and at the end. Each result's ends are compared with each other.
final class EndlessStream {
  private static final int LAP = 1 << 30;

  private EndlessStream() {}

  public static void main(String[] arguments) throws IOException {
    Duration quarter = Duration.ofSeconds(Long.parseLong(arguments[0])).dividedBy(4);
    AtomicLong taskCount = new AtomicLong();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    try (Sluice sluice =
        Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", Peers.WORKER_COUNT).build()) {
      var stream =
          sluice
              .submitScoped(
                  Flux.range(0, LAP).repeat().map(i -> Mono.just(SlabTasks.writing(i))),
                  SlabTasks::bothEnds)
              .subscribe(sum -> taskCount.incrementAndGet(), failure::set);
      double early = residentMebibytesAfter(quarter);
      long earlyTasks = taskCount.get();
      double late = residentMebibytesAfter(quarter.multipliedBy(3));
      stream.dispose();
      if (failure.get() != null) {
        throw new IllegalStateException("the stream ended", failure.get());
      }
      double perSecond = (taskCount.get() - earlyTasks) / (quarter.toMillis() * 3 / 1e3);
      Figure rate = Figure.rate("endless", "throughput", "tasks/s");
      Figure resident = Figure.cost("endless", "resident set at the end", "MiB");
      ProcessMeasurement.print(rate, Peers.SLUICE, perSecond);
      ProcessMeasurement.print(resident, Peers.SLUICE, late);
      ProcessMeasurement.print(resident, "after a quarter", early);
    }
  }

  private static double residentMebibytesAfter(Duration time) throws IOException {
    Mono.delay(time).block();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1_024.0;
      }
    }
    return Double.NaN;
  }
}
