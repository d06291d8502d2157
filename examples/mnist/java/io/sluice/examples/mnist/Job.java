package io.sluice.examples.mnist;

import io.sluice.DrainReport;
import io.sluice.Sluice;
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

  private double meanLoss = Math.log(Perceptron.CLASSES);
  private ConfusionMatrix matrix = ConfusionMatrix.empty();

  Job(Sluice sluice, Model model, Plan plan, Digits training, Digits test, ProgressBar bar) {
    this.sluice = sluice;
    this.model = model;
    this.plan = plan;
    this.training = new Training(plan, training, model);
    this.inference = new Inference(test, model);
    this.bar = bar;
  }

  /// Runs when it is subscribed to, once.
  Mono<Outcome> run() {
    return train().then(test()).then(sluice.drain()).map(this::outcome);
  }

  private Mono<Void> train() {
    return sluice
        .submitScoped(training.batches(), Training::read)
        .doOnSubscribe(subscription -> bar.start("train", plan.batches()))
        .doOnNext(this::showLoss)
        .then();
  }

  private void showLoss(OptionalDouble loss) {
    bar.taskDone();
    if (loss.isPresent()) {
      meanLoss += SHARE * (loss.getAsDouble() - meanLoss);
      bar.stepDone(() -> "loss %.3f  %s".formatted(meanLoss, heapUse()));
    }
  }

  private Mono<Void> test() {
    return sluice
        .submitScoped(inference.batches(), Inference::read)
        .doOnSubscribe(subscription -> bar.start("test", inference.batchCount()))
        .doOnNext(this::showAccuracy)
        .then();
  }

  private void showAccuracy(ConfusionMatrix part) {
    bar.taskDone();
    if (part.total() > 0) {
      matrix = matrix.plus(part);
      bar.stepDone(() -> "accuracy %.2f %%  %s".formatted(matrix.accuracyPercent(), heapUse()));
    }
  }

  private String heapUse() {
    var figures = sluice.figures();
    double mebibyte = 1 << 20;
    return "heap %.1f of %.0f MiB"
        .formatted(figures.heapUsedBytes() / mebibyte, figures.heapCapacityBytes() / mebibyte);
  }

  private Outcome outcome(DrainReport drain) {
    return Outcome.of(matrix, model.weights(), drain);
  }
}
