package io.sluice.sim;

import io.sluice.error.AdmissionStalledException;
import io.sluice.error.ForeignHandleException;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.SluiceException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTooLargeException;
import io.sluice.error.TensorInUseException;
import io.sluice.error.TensorUnavailableException;

/// Why a task may not be admitted.
enum Verdict {
  NEVER_WRITTEN(Situation.REFUSED_NEVER_WRITTEN),
  SCOPE_ENDED(Situation.REFUSED_SCOPE_ENDED),
  LAST_USE(Situation.REFUSED_LAST_USE),
  DRAINED(Situation.REFUSED_DRAINED),
  CLOSED(Situation.REFUSED_CLOSED),
  IN_USE(Situation.REFUSED_IN_USE),
  REFUSED_VERSION(Situation.REFUSED_REFUSED_VERSION),
  POOL(Situation.REFUSED_POOL),
  GROUP_TOO_WIDE(Situation.REFUSED_GROUP_TOO_WIDE),
  WORKER(Situation.REFUSED_WORKER),
  CONFLICT(Situation.REFUSED_CONFLICT),
  AFTER(Situation.REFUSED_AFTER),
  RETRY(Situation.REFUSED_RETRY),
  TOO_LARGE(Situation.REFUSED_TOO_LARGE),
  ABOVE_RUN_LIMIT(Situation.REFUSED_ABOVE_RUN_LIMIT),
  ABOVE_LARGEST_TASK(Situation.REFUSED_ABOVE_LARGEST_TASK),
  FOREIGN(Situation.REFUSED_FOREIGN),
  STALLED(Situation.STALL_ERROR);

  final Situation situation;

  Verdict(Situation situation) {
    this.situation = situation;
  }

  /// The verdict that an error stands for.
  static Verdict of(SluiceException error) {
    return switch (error) {
      case TensorUnavailableException e -> valueOf(e.reason().name());
      case TensorInUseException e -> IN_USE;
      case TaskFailedException e -> REFUSED_VERSION;
      case TaskTooLargeException e ->
          switch (e.bound()) {
            case HEAP -> TOO_LARGE;
            case RUN_LIMIT -> ABOVE_RUN_LIMIT;
            case LARGEST_TASK -> ABOVE_LARGEST_TASK;
          };
      case ForeignHandleException e -> FOREIGN;
      case AdmissionStalledException e -> STALLED;
      case InvalidTaskException e -> ofMessage(e.getMessage());
      default -> throw new Broken("a refusal must not be " + error);
    };
  }

  private static Verdict ofMessage(String message) {
    if (message.contains("is unknown")) {
      return POOL;
    } else if (message.contains("its group has")) {
      return GROUP_TOO_WIDE;
    } else if (message.contains("it has retries")) {
      return RETRY;
    } else if (message.contains("worker ")) {
      return WORKER;
    } else if (message.contains("after(")) {
      return AFTER;
    } else if (message.contains("overlapping bytes")) {
      return CONFLICT;
    }
    throw new Broken("unknown refusal: " + message);
  }
}
