package io.sluice.examples.mnist;

import io.sluice.Sluice;
import io.sluice.bench.Figure;
import io.sluice.bench.ProcessMeasurement;
import io.sluice.bench.Samples;
import io.sluice.config.DataSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// What does the graph of tasks cost beside real work, and does it use a second core?
///
/// The training of the example, on one and on two workers, each batch in two shards; the contenders take turns
/// in one process. All must come to the same weights, bit for bit. Each copies its digits itself, and computes
/// shards, and then parts of the weights, side by side. Futures and `flatMap` know by hand what Sluice is not
/// told: what waits for what, and which buffers are free again.
///
/// `two-loops-at-once` are two plain loops that share nothing, on two threads, and count for half their time: what
/// two cores of this machine give to whoever has nothing to wait for.
///
/// `examples/run bench --only mnist`
public final class MnistRace {
  private static final int HEAP_MEBIBYTES = 4;
  private static final String POOL = "cpu";
  private static final int SHARDS = 2;

  /// One is 78 batches of some 7 tasks each, so the first few run code that is still interpreted.
  private static final int WARM_UPS = 10;

  private final Plan plan;
  private final Digits digits;
  private final List<Entry> entries = new ArrayList<>();

  /// @param trainings how many it does at once
  private record Entry(
      Figure figure, String contender, int trainings, Supplier<Weights> training) {}

  private MnistRace(Plan plan, Digits digits) {
    this.plan = plan;
    this.digits = digits;
  }

  public static void main(String[] arguments) throws IOException {
    boolean full = arguments[0].equals("full");
    Path data = Path.of(System.getProperty("example.home", "examples/mnist"), "data");
    Plan quick = Plan.QUICK;
    Plan plan =
        new Plan(
            quick.digits(),
            full ? 2 : 1,
            quick.batchSize(),
            SHARDS,
            quick.learningRate(),
            quick.seed(),
            quick.leastAccuracyPercent());
    MnistRace race =
        new MnistRace(
            plan, Digits.load(data, "train-images-20k.idx3.gz", "train-labels-20k.idx1.gz"));
    race.enter();
    race.run(full ? WARM_UPS : 2, full ? 7 : 2);
    System.exit(0);
  }

  private void enter() {
    for (int workers : new int[] {1, 2}) {
      Figure figure = Figure.cost("mnist", workers == 1 ? "1 worker" : "2 workers", "s an epoch");
      Sluice sluice =
          Sluice.builder().heap(DataSize.mebibytes(HEAP_MEBIBYTES)).threads(POOL, workers).build();
      Scheduler scheduler = Schedulers.newParallel("peer", workers);
      ForkJoinPool forkJoin = new ForkJoinPool(workers);
      entries.add(new Entry(figure, "sluice", 1, () -> onSluice(sluice)));
      entries.add(new Entry(figure, "plain-loop", 1, this::inALoop));
      entries.add(
          new Entry(
              figure,
              "flatMap-parallel",
              1,
              () -> new PeerTraining(plan, digits).byFlatMap(scheduler)));
      entries.add(
          new Entry(
              figure,
              "completablefuture-fjp",
              1,
              () -> new PeerTraining(plan, digits).byFutures(forkJoin)));
      if (workers == 2) {
        entries.add(new Entry(figure, "two-loops-at-once", 2, () -> inTwoLoops(forkJoin)));
      }
    }
  }

  private Weights onSluice(Sluice sluice) {
    try (Model model = Model.create(sluice, plan.seed())) {
      sluice
          .submitScoped(new Training(plan, digits, model, POOL).batches(), Training::read)
          .then()
          .block();
      return model.weights();
    }
  }

  private Weights inALoop() {
    PlainLoop loop = new PlainLoop(plan, digits);
    loop.train();
    return loop.weights();
  }

  private Weights inTwoLoops(Executor executor) {
    CompletableFuture<Weights> other = CompletableFuture.supplyAsync(this::inALoop, executor);
    Weights own = inALoop();
    check("two-loops-at-once", own.checksum(), other.join().checksum());
    return own;
  }

  /// Some passes to warm up, then those that count; prints the median of each contender.
  private void run(int warmUps, int passes) {
    String expected = inALoop().checksum();
    double[][] seconds = new double[entries.size()][passes];
    for (int pass = -warmUps; pass < passes; pass++) {
      for (int i = 0; i < seconds.length; i++) {
        long start = System.nanoTime();
        Entry entry = entries.get(i);
        Weights weights = entry.training().get();
        double elapsed = (System.nanoTime() - start) / 1e9 / plan.epochs();
        check(entry.contender(), expected, weights.checksum());
        seconds[i][Math.max(pass, 0)] = elapsed / entry.trainings();
      }
    }
    for (int i = 0; i < seconds.length; i++) {
      Entry entry = entries.get(i);
      ProcessMeasurement.print(entry.figure(), entry.contender(), Samples.of(seconds[i]).median());
    }
  }

  private static void check(String contender, String expected, String actual) {
    if (!actual.equals(expected)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: the weights' checksum must be %s, was %s",
              contender,
              expected,
              actual));
    }
  }
}
