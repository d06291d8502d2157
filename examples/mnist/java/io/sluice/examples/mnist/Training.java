package io.sluice.examples.mnist;

import static io.sluice.task.DType.FLOAT32;
import static io.sluice.task.DType.UINT8;

import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/// The training as a graph of tasks: a stream of batches, each of them a scope.
///
/// Nothing here says what waits for what. A shard reads its rows of `images` and so waits until
/// they are loaded; `reduce` reads its rows of all gradients; the shards of the next batch read the
/// weights that `reduce` writes. Only the loading of later batches, which touches none of these, runs
/// ahead, as far as the heap has room.
final class Training {
  private final Plan plan;
  private final Digits digits;
  private final Model model;
  private final String loaders;

  /// What one shard leaves for `reduce`.
  private record Gradient(Tensor hidden, Tensor output, Tensor loss) {
    Gradient() {
      this(
          Tensor.named("hidden gradient", FLOAT32, Perceptron.HIDDEN_ROWS, Perceptron.HIDDEN),
          Tensor.named("output gradient", FLOAT32, Perceptron.OUTPUT_ROWS, Perceptron.CLASSES),
          Tensor.named("loss", FLOAT32, 1));
    }
  }

  /// @param loaders the pool of threads that copy the images
  Training(Plan plan, Digits digits, Model model, String loaders) {
    this.plan = plan;
    this.digits = digits;
    this.model = model;
    this.loaders = loaders;
  }

  /// Each inner `Flux` is one batch.
  Flux<Flux<Task>> batches() {
    return Flux.range(0, plan.epochs()).concatMap(this::epoch, 1);
  }

  private Flux<Flux<Task>> epoch(int epoch) {
    int[] order = plan.order(epoch);
    return Flux.range(0, plan.batchesPerEpoch())
        .map(batch -> batch * plan.batchSize())
        .map(first -> batch(Arrays.copyOfRange(order, first, first + plan.batchSize())));
  }

  private Flux<Task> batch(int[] picks) {
    Tensor images = Tensor.named("images", UINT8, picks.length, Perceptron.PIXELS);
    Tensor labels = Tensor.named("labels", UINT8, picks.length);
    List<Gradient> gradients = Stream.generate(Gradient::new).limit(plan.shards()).toList();
    return Flux.concat(
        Flux.just(load(picks, images, labels)),
        Flux.range(0, plan.shards())
            .map(shard -> forwardBackward(shard, images, labels, gradients.get(shard))),
        Flux.range(0, plan.shards()).map(part -> reduceHidden(part, gradients)),
        Flux.just(reduceOutput(gradients), meanLoss(gradients)));
  }

  private Task load(int[] picks, Tensor images, Tensor labels) {
    return Task.call("load", context -> digits.copy(picks, context.tensor(0), context.tensor(1)))
        .out(images, labels)
        .on(loaders);
  }

  private Task forwardBackward(int shard, Tensor images, Tensor labels, Gradient gradient) {
    int from = shard * plan.shardSize();
    int to = from + plan.shardSize();
    return Task.call("forward-backward", DigitKernels.FORWARD_BACKWARD)
        .in(images.rows(from, to), labels.rows(from, to))
        .in(model.hidden(), model.output())
        .out(gradient.hidden(), gradient.output(), gradient.loss());
  }

  private Task reduceHidden(int part, List<Gradient> gradients) {
    int from = plan.firstHiddenRow(part);
    int to = plan.firstHiddenRow(part + 1);
    return reduce(
        model.hidden().rows(from, to), gradients, gradient -> gradient.hidden().rows(from, to));
  }

  private Task reduceOutput(List<Gradient> gradients) {
    return reduce(model.output(), gradients, Gradient::output);
  }

  private Task reduce(
      TensorRef weights, List<Gradient> gradients, Function<Gradient, TensorRef> ofShard) {
    return Task.call("reduce", DigitKernels.REDUCE)
        .inout(weights)
        .in(gradients.stream().map(ofShard).toArray(TensorRef[]::new))
        .scalar(plan.stepSize());
  }

  private Task meanLoss(List<Gradient> gradients) {
    Tensor loss = Tensor.named("loss of the batch", FLOAT32, 1);
    return Task.call("mean-loss", DigitKernels.MEAN_LOSS)
        .out(loss)
        .in(gradients.stream().map(Gradient::loss).toArray(TensorRef[]::new))
        .scalar(plan.batchSize())
        .yields(loss);
  }

  /// Reads a result while its bytes are held; only that of `mean-loss` has any.
  static OptionalDouble read(TaskResult result) {
    List<TensorRef> yielded = result.task().yielded();
    return yielded.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(result.view(yielded.getFirst()).getFloat(0));
  }
}
