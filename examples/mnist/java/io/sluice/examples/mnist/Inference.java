package io.sluice.examples.mnist;

import static io.sluice.task.DType.UINT8;

import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import java.util.List;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;

/// The test as a graph of tasks: a stream of batches that don't depend on each other, each of them
/// a scope.
final class Inference {
  private static final int BATCH_SIZE = 500;

  private final Digits digits;
  private final Model model;

  Inference(Digits digits, Model model) {
    this.digits = digits;
    this.model = model;
  }

  int batchCount() {
    return Math.ceilDiv(digits.count(), BATCH_SIZE);
  }

  /// Each inner `Flux` is one batch.
  Flux<Flux<Task>> batches() {
    return Flux.range(0, batchCount()).map(batch -> batch(batch * BATCH_SIZE));
  }

  /// `infer` names the labels only to yield them beside its predictions, which come in any order.
  private Flux<Task> batch(int first) {
    int[] picks = IntStream.range(first, Math.min(first + BATCH_SIZE, digits.count())).toArray();
    Tensor images = Tensor.named("images", UINT8, picks.length, Perceptron.PIXELS);
    Tensor labels = Tensor.named("labels", UINT8, picks.length);
    Tensor predictions = Tensor.named("predictions", UINT8, picks.length);
    return Flux.just(
        Task.fill(images, view -> digits.copyImages(picks, view)),
        Task.fill(labels, view -> digits.copyLabels(picks, view)),
        Task.call("infer", DigitKernels.INFER)
            .in(images, model.hidden(), model.output())
            .out(predictions)
            .in(labels)
            .yields(labels, predictions));
  }

  /// Reads a result while its bytes are held; only that of `infer` has any.
  static ConfusionMatrix read(TaskResult result) {
    List<TensorRef> yielded = result.task().yielded();
    return yielded.isEmpty()
        ? ConfusionMatrix.empty()
        : ConfusionMatrix.of(
            Views.bytes(result.view(yielded.get(0))), Views.bytes(result.view(yielded.get(1))));
  }
}
