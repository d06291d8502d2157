package io.sluice.examples.mnist;

import io.sluice.DrainReport;
import java.time.Duration;
import java.util.Locale;

/// What the job came to.
///
/// @param matrix of the test digits
/// @param checksum of the final weights
/// @param tasks that ran; 0 without Sluice, as are the next three
/// @param failures of tasks
/// @param peakHeapBytes the most that was in use at once
/// @param bytesThrough all bytes that tasks were given, one after another
/// @param elapsed from the first task to the last
record Outcome(
    ConfusionMatrix matrix,
    String checksum,
    long tasks,
    long failures,
    long peakHeapBytes,
    long bytesThrough,
    Duration elapsed) {

  static Outcome of(ConfusionMatrix matrix, Weights weights, DrainReport drain) {
    return new Outcome(
        matrix,
        weights.checksum(),
        drain.taskCount(),
        drain.failedCount(),
        drain.peakHeapBytes(),
        drain.claimedBytes(),
        drain.elapsed());
  }

  static Outcome ofPlainLoop(ConfusionMatrix matrix, Weights weights, Duration elapsed) {
    return new Outcome(matrix, weights.checksum(), 0, 0, 0, 0, elapsed);
  }

  double accuracyPercent() {
    return matrix.accuracyPercent();
  }

  String json() {
    return String.format(
        Locale.ROOT,
        "{\"accuracy\":%.2f,\"checksum\":\"%s\",\"tasks\":%d,\"peakHeapBytes\":%d,"
            + "\"bytesThrough\":%d,\"elapsedMs\":%d}",
        accuracyPercent(),
        checksum,
        tasks,
        peakHeapBytes,
        bytesThrough,
        elapsed.toMillis());
  }

  /// For people.
  @Override
  public String toString() {
    return """

    %s

    accuracy  %.2f %% of %,d test digits
    weights   checksum %s
    %s
    """
        .formatted(matrix, accuracyPercent(), matrix.total(), checksum, traffic());
  }

  private String traffic() {
    double seconds = elapsed.toMillis() / 1e3;
    if (tasks == 0) {
      return "plain     in %.1f s".formatted(seconds);
    }
    return "drained   %,d tasks, %,d failures, in %.1f s; %,.0f MiB went through %.1f MiB of heap"
        .formatted(tasks, failures, seconds, mebibytes(bytesThrough), mebibytes(peakHeapBytes));
  }

  private static double mebibytes(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
