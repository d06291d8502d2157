package io.sluice.examples.mnist;

import io.sluice.DrainReport;
import io.sluice.Sluice;
import io.sluice.observe.Progress;
import io.sluice.observe.ProgressBar;
import java.util.OptionalDouble;
import reactor.core.publisher.Mono;

/// Trains a model, then tests it, on one runtime.
///
/// **Confinement.** The signals of one subscription, which come one at a time.
final class Job {
  /// Of each new loss in the mean that is shown.
  private static final double SHARE = 0.05;

  private final Sluice sluice;
  private final Model model;
  private final Plan plan;
  private final Training training;
  private final Inference inference;
  private final ProgressBar bar;

  private Progress progress;
  private double meanLoss = Math.log(Perceptron.CLASSES);
  private ConfusionMatrix matrix = ConfusionMatrix.empty();

  /// @param loaders the pool of threads that copy the images of a batch
  Job(
      Sluice sluice,
      Model model,
      Plan plan,
      Digits training,
      Digits test,
      String loaders,
      ProgressBar bar) {
    this.sluice = sluice;
    this.model = model;
    this.plan = plan;
    this.training = new Training(plan, training, model, loaders);
    this.inference = new Inference(test, model);
    this.bar = bar;
    this.progress = Progress.of(sluice, "train", plan.batches());
  }

  /// Runs when it is subscribed to, once.
  Mono<Outcome> run() {
    return train().then(test()).then(sluice.drain()).map(this::outcome);
  }

  private Mono<Void> train() {
    return sluice
        .submitScoped(training.batches(), Training::read)
        .doOnSubscribe(subscription -> show(Progress.of(sluice, "train", plan.batches())))
        .doOnNext(this::showLoss)
        .then();
  }

  private void show(Progress phase) {
    progress = phase;
    var _ = bar.follow(phase);
  }

  private void showLoss(OptionalDouble loss) {
    if (loss.isPresent()) {
      meanLoss += SHARE * (loss.getAsDouble() - meanLoss);
      progress.step(() -> "loss %.3f".formatted(meanLoss));
    }
  }

  private Mono<Void> test() {
    return sluice
        .submitScoped(inference.batches(), Inference::read)
        .doOnSubscribe(subscription -> show(Progress.of(sluice, "test", inference.batchCount())))
        .doOnNext(this::showAccuracy)
        .then();
  }

  private void showAccuracy(ConfusionMatrix part) {
    if (part.total() > 0) {
      matrix = matrix.plus(part);
      progress.step(() -> "accuracy %.2f %%".formatted(matrix.accuracyPercent()));
    }
  }

  private Outcome outcome(DrainReport drain) {
    return Outcome.of(matrix, model.weights(), drain);
  }
}
