package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Does the process grow while a stream never ends?
///
/// Scopes of one task of 4 KiB stream through a heap of 1 MiB; the resident set is read after a quarter of
/// the time and at the end.
final class EndlessStream {

  private EndlessStream() {}

  public static void main(String[] arguments) throws IOException {
    Duration time = Duration.ofSeconds(Long.parseLong(arguments[0]));
    AtomicLong taskCount = new AtomicLong();
    try (Sluice sluice =
        Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", Peers.WORKER_COUNT).build()) {
      var stream =
          sluice
              .submitScoped(
                  Flux.range(0, Integer.MAX_VALUE).map(i -> Mono.just(SlabTasks.writing(i))),
                  SlabTasks::bothEnds)
              .subscribe(
                  sum -> taskCount.incrementAndGet(),
                  error -> {
                    throw new IllegalStateException(error);
                  });
      double early = residentMebibytesAfter(time.dividedBy(4));
      double late = residentMebibytesAfter(time.dividedBy(4).multipliedBy(3));
      long tasks = taskCount.get();
      stream.dispose();
      print("tasks", "M", true, tasks / 1e6);
      print("resident after a quarter", "MiB", false, early);
      print("resident at the end", "MiB", false, late);
    }
  }

  private static void print(String name, String unit, boolean higher, double value) {
    ProcessMeasurement.print(new Figure("endless", name, unit, higher), Peers.SLUICE, value);
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
