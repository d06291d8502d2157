package io.sluice.error;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How one failure, a run, or a time is told inside the message of another failure.
final class Words {
  private Words() {}

  /// The run that something belongs to, to be put behind it; nothing if it has no name.
  static String ofRun(@Nullable String runName) {
    return runName == null ? "" : " of run '" + runName + "'";
  }

  /// What a process printed last, to be put behind what became of it; nothing if it printed nothing.
  static String ofOutput(List<String> lines) {
    return lines.isEmpty() ? "" : "; its last output:\n  " + String.join("\n  ", lines);
  }

  /// As in `1,500 ms`, or `20 ns` for what is shorter than a millisecond.
  static String of(Duration time) {
    return time.compareTo(Duration.ofMillis(1)) < 0
        ? String.format(Locale.ROOT, "%,d ns", time.toNanos())
        : String.format(Locale.ROOT, "%,d ms", time.toMillis());
  }

  /// What it says; with its class, unless it is one of ours. It may be a user's, whose text is a
  /// user's code: it is asked for when somebody reads the message, never before, and may fail.
  static String of(Throwable failure) {
    try {
      String message = failure.getMessage();
      return failure instanceof SluiceException && message != null ? message : failure.toString();
    } catch (Throwable broken) {
      return failure.getClass().getName() + ", whose message can't be had";
    }
  }
}
