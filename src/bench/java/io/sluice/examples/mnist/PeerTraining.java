package io.sluice.examples.mnist;

import static io.sluice.examples.mnist.Perceptron.HIDDEN;
import static io.sluice.examples.mnist.Perceptron.HIDDEN_ROWS;
import static io.sluice.examples.mnist.Perceptron.OUTPUT_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.PIXELS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The same training, with its shards side by side by hand: what waits for what is written down here.
///
/// **Confinement.** A shard's arrays belong to whoever computes it; rows of weights, and a sum, to whoever reduces them.
final class PeerTraining {
  private final Plan plan;
  private final Digits digits;
  private final float[][] hidden;
  private final float[] output;
  private final float[][] hiddenSums;
  private final float[] outputSum = new float[OUTPUT_WEIGHTS];
  private final List<Shard> shards = new ArrayList<>();
  private int[] order = {};

  PeerTraining(Plan plan, Digits digits) {
    this.plan = plan;
    this.digits = digits;
    Weights initial = Weights.initial(plan.seed());
    this.hidden = initial.hiddenRows();
    this.output = initial.output();
    this.hiddenSums = new float[plan.shards()][HIDDEN];
    for (int shard = 0; shard < plan.shards(); shard++) {
      shards.add(new Shard());
    }
  }

  private final class Shard {
    private final Perceptron perceptron = new Perceptron();
    private final float[][] hiddenPart = new float[HIDDEN_ROWS][HIDDEN];
    private final float[] outputPart = new float[OUTPUT_WEIGHTS];
    private final byte[] images = new byte[plan.shardSize() * PIXELS];
    private final byte[] labels = new byte[plan.shardSize()];

    float compute(int first) {
      for (int i = 0; i < labels.length; i++) {
        int pick = order[first + i];
        System.arraycopy(digits.images(), pick * PIXELS, images, i * PIXELS, PIXELS);
        labels[i] = digits.labels()[pick];
      }
      Arrays.fill(outputPart, 0);
      return perceptron.gradients(
          images, labels, row -> hidden[row], output, this::putHiddenPart, outputPart);
    }

    private void putHiddenPart(int row, float[] part) {
      System.arraycopy(part, 0, hiddenPart[row], 0, HIDDEN);
    }
  }

  private float compute(int batch, int shard) {
    int first = batch % plan.batchesPerEpoch() * plan.batchSize() + shard * plan.shardSize();
    return shards.get(shard).compute(first);
  }

  /// Some rows of the hidden layer; the first part does the output layer as well.
  private float reduce(int part) {
    if (part == 0) {
      reduceOutput();
    }
    for (int row = plan.firstHiddenRow(part); row < plan.firstHiddenRow(part + 1); row++) {
      reduceHidden(part, row);
    }
    return hidden[plan.firstHiddenRow(part)][0];
  }

  private void reduceOutput() {
    Arrays.fill(outputSum, 0);
    for (Shard shard : shards) {
      Perceptron.add(shard.outputPart, outputSum, OUTPUT_WEIGHTS);
    }
    Perceptron.descend(plan.stepSize(), outputSum, output, OUTPUT_WEIGHTS);
  }

  private void reduceHidden(int part, int row) {
    float[] sum = hiddenSums[part];
    Arrays.fill(sum, 0);
    for (Shard shard : shards) {
      Perceptron.add(shard.hiddenPart[row], sum, HIDDEN);
    }
    Perceptron.descend(plan.stepSize(), sum, hidden[row], HIDDEN);
  }

  private void orderFor(int batch) {
    if (batch % plan.batchesPerEpoch() == 0) {
      order = plan.order(batch / plan.batchesPerEpoch());
    }
  }

  Weights byFlatMap(Scheduler scheduler) {
    Flux.range(0, plan.batches()).concatMap(batch -> batch(batch, scheduler)).blockLast();
    return Weights.ofRows(hidden, output);
  }

  private Flux<Float> batch(int batch, Scheduler scheduler) {
    orderFor(batch);
    return sideBySide(shard -> compute(batch, shard), scheduler)
        .concatWith(sideBySide(this::reduce, scheduler));
  }

  private Flux<Float> sideBySide(IntFunction<Float> part, Scheduler scheduler) {
    return Flux.range(0, plan.shards())
        .flatMap(
            index -> Mono.fromSupplier(() -> part.apply(index)).subscribeOn(scheduler),
            plan.shards());
  }

  Weights byFutures(Executor executor) {
    CompletableFuture<?> last = CompletableFuture.completedFuture(0f);
    for (int batch = 0; batch < plan.batches(); batch++) {
      last = batch(batch, last, executor);
    }
    last.join();
    return Weights.ofRows(hidden, output);
  }

  private CompletableFuture<?> batch(int batch, CompletableFuture<?> last, Executor executor) {
    CompletableFuture<?> ordered = last.thenRun(() -> orderFor(batch));
    CompletableFuture<?> computed = sideBySide(shard -> compute(batch, shard), ordered, executor);
    return sideBySide(this::reduce, computed, executor);
  }

  private CompletableFuture<?> sideBySide(
      IntFunction<Float> part, CompletableFuture<?> last, Executor executor) {
    CompletableFuture<?>[] parts = new CompletableFuture<?>[plan.shards()];
    for (int i = 0; i < parts.length; i++) {
      int index = i;
      parts[i] = last.thenApplyAsync(ignored -> part.apply(index), executor);
    }
    return CompletableFuture.allOf(parts);
  }
}
