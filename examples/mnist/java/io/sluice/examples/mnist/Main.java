package io.sluice.examples.mnist;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import io.sluice.error.SluiceException;
import io.sluice.examples.mnist.Options.UsageException;
import io.sluice.observe.ProgressBar;
import io.sluice.task.Pools;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/// Trains a perceptron to read handwritten digits, and tests it; see the README beside.
///
/// Exit codes: 0 if it reads as well as it should, 1 if not or if something failed, 2 for a command
/// line that can't be followed.
public final class Main {
  private static final String POOL = "cpu";

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    try {
      Options options = Options.parse(arguments);
      if (options.help()) {
        out.print(Options.USAGE);
        return 0;
      }
      return run(options, out, options.json() ? err : out) ? 0 : 1;
    } catch (UsageException e) {
      err.println(e.getMessage() + "\n\n" + Options.USAGE);
      return 2;
    } catch (IOException | SluiceException e) {
      err.println(e.getMessage());
      return 1;
    }
  }

  private static boolean run(Options options, PrintStream out, PrintStream text)
      throws IOException {
    Path data = Path.of(System.getProperty("example.home", "examples/mnist"), "data");
    Digits training = Digits.load(data, "train-images-20k.idx3.gz", "train-labels-20k.idx1.gz");
    Digits test = Digits.load(data, "test-images-10k.idx3.gz", "test-labels-10k.idx1.gz");
    Plan plan = options.quick() ? Plan.QUICK : Plan.FULL;

    Outcome outcome =
        options.plain()
            ? runPlainLoop(plan, training, test)
            : runOnSluice(options, plan, training, test, text);

    text.print(outcome);
    if (options.json()) {
      out.println(outcome.json());
    }
    return isGoodEnough(plan, outcome, text);
  }

  private static Outcome runOnSluice(
      Options options, Plan plan, Digits training, Digits test, PrintStream text) {
    try (Sluice sluice = sluice(options);
        Model model = Model.create(sluice, plan.seed())) {
      Job job =
          new Job(sluice, model, plan, training, test, loaders(options), ProgressBar.on(text));
      return Objects.requireNonNull(job.run().block());
    }
  }

  private static Sluice sluice(Options options) {
    SluiceBuilder builder = Sluice.builder().heap(DataSize.mebibytes(options.heapMebibytes()));
    return options.processes()
        ? builder.processes(POOL, options.workers(), DigitKernels.class).build()
        : builder.threads(POOL, options.workers()).build();
  }

  /// To copy the images never blocks, so the threads that compute do that, too. Other processes can't:
  /// the digits are in this one.
  private static String loaders(Options options) {
    return options.processes() ? Pools.LOADER : POOL;
  }

  private static Outcome runPlainLoop(Plan plan, Digits training, Digits test) {
    long startedNs = System.nanoTime();
    PlainLoop loop = new PlainLoop(plan, training);
    loop.train();
    ConfusionMatrix matrix = loop.test(test);
    Duration elapsed = Duration.ofNanos(System.nanoTime() - startedNs);
    return Outcome.ofPlainLoop(matrix, loop.weights(), elapsed);
  }

  private static boolean isGoodEnough(Plan plan, Outcome outcome, PrintStream text) {
    boolean good = outcome.accuracyPercent() >= plan.leastAccuracyPercent();
    if (!good) {
      text.printf("the accuracy must be at least %d %%%n", plan.leastAccuracyPercent());
    }
    return good;
  }
}
