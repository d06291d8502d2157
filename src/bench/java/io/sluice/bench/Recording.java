package io.sluice.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.observe.FlightRecording;
import io.sluice.observe.SluiceMeters;
import io.sluice.observe.TraceRecorder;
import io.sluice.task.Task;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/// What does it cost to be watched? The same tasks without anybody, beside a trace recorder, meters, and the
/// flight recorder's events while nobody records.
///
/// Empty tasks, which is the worst case, and tasks of 20 µs. The contenders alternate inside one JVM, so that
/// each has the same neighbours.
///
/// `examples/run bench --only recording`
final class Recording {
  private static final int KERNEL_NS = 20_000;

  private static final Map<String, Function<Sluice, AutoCloseable>> CONTENDERS = contenders();

  private final int rounds;
  private final int warmUp;
  private final int emptyCount;
  private final int workingCount;

  private Recording(boolean full) {
    this.rounds = full ? 7 : 3;
    this.warmUp = full ? 3 : 1;
    this.emptyCount = full ? 500_000 : 100_000;
    this.workingCount = full ? 30_000 : 4_000;
  }

  private static Map<String, Function<Sluice, AutoCloseable>> contenders() {
    Map<String, Function<Sluice, AutoCloseable>> contenders = new LinkedHashMap<>();
    contenders.put(Peers.SLUICE, sluice -> () -> {});
    contenders.put("with-recorder", TraceRecorder::of);
    contenders.put("with-meters", Recording::metersOf);
    contenders.put("with-flight-events", FlightRecording::of);
    return contenders;
  }

  private static AutoCloseable metersOf(Sluice sluice) {
    SluiceMeters meters = SluiceMeters.of(sluice);
    meters.bindTo(new SimpleMeterRegistry());
    return meters;
  }

  public static void main(String[] arguments) throws Exception {
    Recording bench = new Recording(arguments[0].equals("full"));
    bench.measure("empty tasks", bench.emptyCount, 0);
    bench.measure("20 us kernels", bench.workingCount, KERNEL_NS);
    System.exit(0);
  }

  private void measure(String what, int count, int kernelNs) throws Exception {
    Map<String, Samples> rates = new LinkedHashMap<>();
    for (int round = -warmUp; round < rounds; round++) {
      for (String contender : CONTENDERS.keySet()) {
        double rate = rate(contender, count, kernelNs);
        if (round >= 0) {
          rates.computeIfAbsent(contender, name -> new Samples()).add(rate);
        }
      }
    }
    Figure figure = Figure.rate("recording", what, "tasks/s");
    rates.forEach(
        (contender, samples) -> ProcessMeasurement.print(figure, contender, samples.median()));
  }

  private static double rate(String contender, int count, int kernelNs) throws Exception {
    try (Sluice sluice = Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", 2).build();
        AutoCloseable watcher = CONTENDERS.get(contender).apply(sluice)) {
      long started = System.nanoTime();
      Arrivals.awaitAll(count, sluice.submit(tasks(count, kernelNs)));
      return count * 1e9 / (System.nanoTime() - started);
    }
  }

  private static Flux<Task> tasks(int count, int kernelNs) {
    return Flux.range(0, count).map(i -> Task.call("task", context -> spin(kernelNs)));
  }

  private static void spin(int kernelNs) {
    long end = kernelNs == 0 ? 0 : System.nanoTime() + kernelNs;
    while (kernelNs != 0 && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
