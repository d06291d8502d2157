package io.sluice.bench;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.UserTensor;
import io.sluice.worker.process.FutexPingPong;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/// What does it cost to run a kernel in another process? Beside the same on a thread, and, for the way there
/// and back, beside two bare futex words between two JVMs.
///
/// One child: how long until its first task has ended, the round trip of an empty task, empty tasks per second
/// when many wait, and copies of 64 MiB.
///
/// **Copies.** Bytes per second are those of a run of copies, whose next one is staged while one runs; one at a time,
/// each waits for the wake-ups of the one before as well, which come late where a processor has slept for milliseconds.
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
  private static final String FAR = "process";
  private static final int COPIES = 8;
  private static final int PAIRS = 2;

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

  /// The same tensors by both, in turns, because the speed of memory is not the same in all places and at all
  /// times.
  private void copies() {
    try (Sluice sluice =
            builder().processes(FAR, 1, BenchKernels.class).threads(THREAD, 1).build();
        Copies copies = new Copies(sluice)) {
      copies(copies, COPIES, Figure.rate(WORKLOAD, "copy of 64 MiB", "GB/s"));
      copies(copies, 1, Figure.rate(WORKLOAD, "copy of 64 MiB, one at a time", "GB/s"));
    }
  }

  private void copies(Copies copies, int count, Figure figure) {
    Samples inChild = new Samples();
    Samples onThread = new Samples();
    for (int i = 0; i < 2 * repetitions; i++) {
      double far = count * BYTES / microseconds(1, () -> copies.run(FAR, count)) / 1e3;
      double near = count * BYTES / microseconds(1, () -> copies.run(THREAD, count)) / 1e3;
      if (i >= repetitions) {
        inChild.add(far);
        onThread.add(near);
      }
    }
    print(figure, Peers.SLUICE, inChild.median());
    print(figure, THREAD, onThread.median());
  }

  /// Copies of one tensor to another, of the user's; between two pairs in turn, so that the next one need not
  /// wait for the end of the one before.
  private static final class Copies implements AutoCloseable {
    private final Sluice sluice;
    private final List<UserTensor> from = new ArrayList<>();
    private final List<UserTensor> to = new ArrayList<>();

    Copies(Sluice sluice) {
      this.sluice = sluice;
      for (int pair = 0; pair < PAIRS; pair++) {
        from.add(sluice.tensor(DType.UINT8, BYTES));
        to.add(sluice.tensor(DType.UINT8, BYTES));
        from.getLast().write(view -> view.fillBytes((byte) 1));
      }
    }

    void run(String pool, int count) {
      Arrivals.awaitAll(count, sluice.submit(Flux.range(0, count).map(i -> copy(pool, i % PAIRS))));
    }

    private Task copy(String pool, int pair) {
      return Task.call("copy", BenchKernels.COPY).in(from.get(pair)).out(to.get(pair)).on(pool);
    }

    @Override
    public void close() {
      sluice.drain().block();
      from.forEach(UserTensor::close);
      to.forEach(UserTensor::close);
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
