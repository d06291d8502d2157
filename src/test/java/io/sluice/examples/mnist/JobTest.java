package io.sluice.examples.mnist;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import io.sluice.observe.ProgressBar;
import io.sluice.task.Pools;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobTest {
  private static final Plan SMALL = new Plan(512, 3, 64, 4, 0.5f, 7, 0);
  private static final DataSize HEAP = DataSize.mebibytes(2);

  private static Digits training;
  private static Digits test;

  @BeforeAll
  static void load() throws IOException {
    Path data = Path.of("examples/mnist/data");
    training = Digits.load(data, "train-images-20k.idx3.gz", "train-labels-20k.idx1.gz");
    test = Digits.load(data, "test-images-10k.idx3.gz", "test-labels-10k.idx1.gz");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void theWeightsAndPredictionsAreThoseOfThePlainLoopBitForBit(int workers) {
    PlainLoop loop = new PlainLoop(SMALL, training);
    loop.train();

    Outcome outcome = run(workers);

    assertThat(outcome.checksum()).isEqualTo(loop.weights().checksum());
    assertThat(outcome.matrix()).hasToString(loop.test(test).toString());
  }

  @Test
  void workerProcessesEndWithTheSameWeightsBitForBit() {
    PlainLoop loop = new PlainLoop(SMALL, training);
    loop.train();

    Outcome outcome = run(Sluice.builder().processes("cpu", 2, DigitKernels.class), Pools.LOADER);

    assertThat(outcome.checksum()).isEqualTo(loop.weights().checksum());
    assertThat(outcome.matrix()).hasToString(loop.test(test).toString());
  }

  @Test
  void manyTimesTheHeapFlowsThroughItAndItNeverHoldsMore() {
    Outcome outcome = run(2);

    int batches = SMALL.batches();
    int testBatches = 20;
    assertThat(outcome.tasks()).isEqualTo(batches * (1 + 2 * SMALL.shards() + 2) + testBatches * 3);
    assertThat(outcome.peakHeapBytes()).isPositive().isLessThanOrEqualTo(HEAP.bytes());
    assertThat(outcome.bytesThrough()).isGreaterThan(10 * HEAP.bytes());
  }

  @Test
  void eachTestDigitIsCountedOnce() {
    assertThat(run(2).matrix().total()).isEqualTo(test.count());
  }

  private static Outcome run(int workers) {
    return run(Sluice.builder().threads("cpu", workers), "cpu");
  }

  private static Outcome run(SluiceBuilder builder, String loaders) {
    ProgressBar silent = ProgressBar.on(new PrintStream(OutputStream.nullOutputStream()), false);
    try (Sluice sluice = builder.heap(HEAP).build();
        Model model = Model.create(sluice, SMALL.seed())) {
      return new Job(sluice, model, SMALL, training, test, loaders, silent)
          .run()
          .block(Duration.ofSeconds(60));
    }
  }
}
