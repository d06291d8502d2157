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
import java.util.concurrent.ForkJoinPool;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/// What does the graph of tasks cost beside real work, and does it use a second core?
///
/// The training of the example, on one and on two workers; the contenders take turns in one process. All must
/// come to the same weights, bit for bit.
///
/// `examples/run bench --only mnist`
public final class MnistRace {
  private static final int HEAP_MEBIBYTES = 4;

  private final Plan plan;
  private final Digits digits;
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(Figure figure, String contender, Supplier<Weights> training) {}

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
            quick.shards(),
            quick.learningRate(),
            quick.seed(),
            quick.leastAccuracyPercent());
    MnistRace race =
        new MnistRace(
            plan, Digits.load(data, "train-images-20k.idx3.gz", "train-labels-20k.idx1.gz"));
    race.enter();
    race.run(full ? 3 : 1);
    System.exit(0);
  }

  private void enter() {
    for (int workers : new int[] {1, 2}) {
      Figure figure = Figure.cost("mnist", workers == 1 ? "1 worker" : "2 workers", "s an epoch");
      Sluice sluice =
          Sluice.builder().heap(DataSize.mebibytes(HEAP_MEBIBYTES)).threads("cpu", workers).build();
      Scheduler scheduler = Schedulers.newParallel("peer", workers);
      ForkJoinPool forkJoin = new ForkJoinPool(workers);
      entries.add(new Entry(figure, "sluice", () -> onSluice(sluice)));
      entries.add(new Entry(figure, "plain-loop", this::inALoop));
      entries.add(
          new Entry(
              figure,
              "flatMap-parallel",
              () -> new PeerTraining(plan, digits).byFlatMap(scheduler)));
      entries.add(
          new Entry(
              figure,
              "completablefuture-fjp",
              () -> new PeerTraining(plan, digits).byFutures(forkJoin)));
    }
  }

  private Weights onSluice(Sluice sluice) {
    try (Model model = Model.create(sluice, plan.seed())) {
      sluice
          .submitScoped(new Training(plan, digits, model).batches(), Training::read)
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

  /// One pass to warm up, then those that count; each prints its samples' median.
  private void run(int passes) {
    String expected = inALoop().checksum();
    double[][] seconds = new double[entries.size()][passes];
    for (int pass = -1; pass < passes; pass++) {
      for (int i = 0; i < seconds.length; i++) {
        long start = System.nanoTime();
        Weights weights = entries.get(i).training().get();
        double elapsed = (System.nanoTime() - start) / 1e9 / plan.epochs();
        check(entries.get(i), expected, weights.checksum());
        seconds[i][Math.max(pass, 0)] = elapsed;
      }
    }
    for (int i = 0; i < seconds.length; i++) {
      Entry entry = entries.get(i);
      ProcessMeasurement.print(entry.figure(), entry.contender(), Samples.of(seconds[i]).median());
    }
  }

  private static void check(Entry entry, String expected, String actual) {
    if (!actual.equals(expected)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s, %s: the weights' checksum must be %s, was %s",
              entry.contender(),
              entry.figure().name(),
              expected,
              actual));
    }
  }
}
