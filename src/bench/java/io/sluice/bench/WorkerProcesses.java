package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import io.sluice.worker.process.FutexPingPong;
import java.io.IOException;
import reactor.core.publisher.Flux;

/// What does it cost to run a kernel in another process? Beside the same on a thread, and, for the way there
/// and back, beside two bare futex words between two JVMs.
///
/// One child: how long until its first task has ended, the round trip of an empty task, empty tasks per second
/// when many wait, and a copy of 64 MiB.
///
/// **Round trips.** Each task is submitted when the one before has ended, by whoever brought its end, as the two
/// JVMs of the bare futex do it: two wake-ups. A thread of the user's that waits for each is woken in addition,
/// which is a figure of its own. A wake-up takes one of two times, whoever measures it, with a factor of eight
/// between them: so rounds of both contenders alternate, and beside the median the least of the means is told, in
/// which the machine has no part.
final class WorkerProcesses {
  private static final String WORKLOAD = "processes";
  private static final String THREAD = "thread";
  private static final String FUTEX = "futex";
  private static final int ROUND_TRIPS = 1_000;
  private static final long BYTES = 64L << 20;

  private final int repetitions;

  private WorkerProcesses(int repetitions) {
    this.repetitions = repetitions;
  }

  public static void main(String[] arguments) throws IOException {
    WorkerProcesses bench = new WorkerProcesses(arguments[0].equals("full") ? 30 : 10);
    bench.roundTrips();
    bench.measure(Peers.SLUICE, builder().processes("cpu", 1, BenchKernels.class));
    bench.measure(THREAD, builder().threads("cpu", 1));
    bench.copies();
    System.exit(0);
  }

  private static SluiceBuilder builder() {
    return Sluice.builder().heap(DataSize.mebibytes(1)).lookAhead(256);
  }

  private void roundTrips() throws IOException {
    Samples own = new Samples();
    Samples bare = new Samples();
    try (FutexPingPong pingPong = new FutexPingPong();
        Sluice sluice = builder().processes("cpu", 1, BenchKernels.class).build()) {
      for (int i = 0; i < 2 * repetitions; i++) {
        double bareUs = microseconds(ROUND_TRIPS, pingPong::roundTrip);
        double ownUs = microseconds(1, () -> oneByOne(sluice)) / ROUND_TRIPS;
        if (i >= repetitions) {
          bare.add(bareUs);
          own.add(ownUs);
        }
      }
    }
    printRoundTrip(FUTEX, bare);
    printRoundTrip(Peers.SLUICE, own);
  }

  private static void printRoundTrip(String contender, Samples us) {
    print(Figure.cost(WORKLOAD, "round trip", "us"), contender, us.median());
    print(Figure.cost(WORKLOAD, "round trip, the least", "us"), contender, us.least());
  }

  /// A run that holds one task at a time.
  private static void oneByOne(Sluice sluice) {
    Arrivals.awaitAll(
        ROUND_TRIPS,
        sluice
            .with(run -> run.maxInFlight(1))
            .submit(Flux.range(0, ROUND_TRIPS).map(i -> Task.call("empty", BenchKernels.NOTHING))));
  }

  private void measure(String contender, SluiceBuilder builder) {
    Samples start = new Samples();
    start.add(microseconds(1, () -> runOnce(builder)) / 1e3);
    print(Figure.cost(WORKLOAD, "first task, with its runtime", "ms"), contender, start.median());
    try (Sluice sluice = builder.build()) {
      waiting(contender, sluice);
      rates(contender, sluice);
    }
  }

  private static void runOnce(SluiceBuilder builder) {
    try (Sluice sluice = builder.build()) {
      empty(sluice, 1);
    }
  }

  private static void empty(Sluice sluice, int count) {
    Arrivals.awaitAll(
        count,
        sluice.submit(Flux.range(0, count).map(i -> Task.call("empty", BenchKernels.NOTHING))));
  }

  private void waiting(String contender, Sluice sluice) {
    Samples us = new Samples();
    for (int i = 0; i < 2 * repetitions; i++) {
      double mean = microseconds(ROUND_TRIPS, () -> empty(sluice, 1));
      if (i >= repetitions) {
        us.add(mean);
      }
    }
    print(
        Figure.cost(WORKLOAD, "round trip for a thread that waits", "us"), contender, us.median());
  }

  private void rates(String contender, Sluice sluice) {
    int count = 100_000;
    Samples perSecond = new Samples();
    for (int i = 0; i < 2 * repetitions; i++) {
      double us = microseconds(1, () -> empty(sluice, count));
      if (i >= repetitions) {
        perSecond.add(count / us * 1e6);
      }
    }
    print(Figure.rate(WORKLOAD, "empty tasks", "tasks/s"), contender, perSecond.median());
  }

  /// In turns, because the speed of memory is not the same at all times.
  private void copies() {
    Samples inChild = new Samples();
    Samples onThread = new Samples();
    try (Sluice processes = builder().processes("cpu", 1, BenchKernels.class).build();
        Sluice threads = builder().threads("cpu", 1).build();
        Copy remote = new Copy(processes);
        Copy local = new Copy(threads)) {
      for (int i = 0; i < 2 * repetitions; i++) {
        double remoteUs = microseconds(1, remote::run);
        double localUs = microseconds(1, local::run);
        if (i >= repetitions) {
          inChild.add(BYTES / remoteUs / 1e3);
          onThread.add(BYTES / localUs / 1e3);
        }
      }
    }
    Figure figure = Figure.rate(WORKLOAD, "copy of 64 MiB", "GB/s");
    print(figure, Peers.SLUICE, inChild.median());
    print(figure, THREAD, onThread.median());
  }

  /// A copy of one tensor to another, of the user's.
  private static final class Copy implements AutoCloseable {
    private final Sluice sluice;
    private final UserTensor from;
    private final UserTensor to;

    Copy(Sluice sluice) {
      this.sluice = sluice;
      this.from = sluice.tensor(DType.UINT8, BYTES);
      this.to = sluice.tensor(DType.UINT8, BYTES);
      from.write(view -> view.fillBytes((byte) 1));
    }

    void run() {
      Arrivals.awaitAll(
          1, sluice.submit(Flux.just(Task.call("copy", BenchKernels.COPY).in(from).out(to))));
    }

    @Override
    public void close() {
      sluice.drain().block();
      from.close();
      to.close();
    }
  }

  /// The mean of so many.
  private static double microseconds(int count, Runnable step) {
    long startedNs = System.nanoTime();
    for (int i = 0; i < count; i++) {
      step.run();
    }
    return (System.nanoTime() - startedNs) / 1e3 / count;
  }

  private static void print(Figure figure, String contender, double value) {
    ProcessMeasurement.print(figure, contender, value);
  }
}
