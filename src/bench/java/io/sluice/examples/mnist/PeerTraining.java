package io.sluice.examples.mnist;

import static io.sluice.examples.mnist.Perceptron.HIDDEN_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.OUTPUT_WEIGHTS;
import static io.sluice.examples.mnist.Perceptron.PIXELS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// The same training, with its shards side by side by hand: what waits for what is written down here.
///
/// **Confinement.** A shard's arrays belong to whoever computes it; weights and sums to whoever reduces.
final class PeerTraining {
  private final Plan plan;
  private final Digits digits;
  private final float[] hidden;
  private final float[] output;
  private final float[] hiddenSum = new float[HIDDEN_WEIGHTS];
  private final float[] outputSum = new float[OUTPUT_WEIGHTS];
  private final List<Shard> shards = new ArrayList<>();
  private int[] order = {};

  PeerTraining(Plan plan, Digits digits) {
    this.plan = plan;
    this.digits = digits;
    Weights initial = Weights.initial(plan.seed());
    this.hidden = initial.hidden();
    this.output = initial.output();
    for (int shard = 0; shard < plan.shards(); shard++) {
      shards.add(new Shard());
    }
  }

  private final class Shard {
    private final Perceptron perceptron = new Perceptron();
    private final float[] hiddenPart = new float[HIDDEN_WEIGHTS];
    private final float[] outputPart = new float[OUTPUT_WEIGHTS];
    private final byte[] images = new byte[plan.shardSize() * PIXELS];
    private final byte[] labels = new byte[plan.shardSize()];

    float compute(int first) {
      for (int i = 0; i < labels.length; i++) {
        int pick = order[first + i];
        System.arraycopy(digits.images(), pick * PIXELS, images, i * PIXELS, PIXELS);
        labels[i] = digits.labels()[pick];
      }
      Arrays.fill(hiddenPart, 0);
      Arrays.fill(outputPart, 0);
      return perceptron.addGradients(images, labels, hidden, output, hiddenPart, outputPart);
    }
  }

  private float compute(int batch, int shard) {
    int first = batch % plan.batchesPerEpoch() * plan.batchSize() + shard * plan.shardSize();
    return shards.get(shard).compute(first);
  }

  private float reduce(int batch) {
    Arrays.fill(hiddenSum, 0);
    Arrays.fill(outputSum, 0);
    for (Shard shard : shards) {
      Perceptron.add(shard.hiddenPart, hiddenSum, HIDDEN_WEIGHTS);
      Perceptron.add(shard.outputPart, outputSum, OUTPUT_WEIGHTS);
    }
    Perceptron.descend(plan.stepSize(), hiddenSum, hidden, HIDDEN_WEIGHTS);
    Perceptron.descend(plan.stepSize(), outputSum, output, OUTPUT_WEIGHTS);
    orderFor(batch + 1);
    return hidden[0];
  }

  private void orderFor(int batch) {
    if (batch % plan.batchesPerEpoch() == 0) {
      order = plan.order(batch / plan.batchesPerEpoch());
    }
  }

  Weights byFlatMap(Scheduler scheduler) {
    orderFor(0);
    Flux.range(0, plan.batches()).concatMap(batch -> batch(batch, scheduler)).blockLast();
    return new Weights(hidden, output);
  }

  private Flux<Float> batch(int batch, Scheduler scheduler) {
    return Flux.range(0, plan.shards())
        .flatMap(
            shard -> Mono.fromSupplier(() -> compute(batch, shard)).subscribeOn(scheduler),
            plan.shards())
        .concatWith(Mono.fromSupplier(() -> reduce(batch)).subscribeOn(scheduler));
  }

  Weights byFutures(Executor executor) {
    orderFor(0);
    CompletableFuture<?> last = CompletableFuture.completedFuture(0f);
    for (int batch = 0; batch < plan.batches(); batch++) {
      last = batch(batch, last, executor);
    }
    last.join();
    return new Weights(hidden, output);
  }

  private CompletableFuture<Float> batch(int batch, CompletableFuture<?> last, Executor executor) {
    CompletableFuture<?>[] computed = new CompletableFuture<?>[plan.shards()];
    for (int shard = 0; shard < computed.length; shard++) {
      int index = shard;
      computed[shard] = last.thenApplyAsync(ignored -> compute(batch, index), executor);
    }
    return CompletableFuture.allOf(computed).thenApplyAsync(ignored -> reduce(batch), executor);
  }
}
