package io.sluice.error;

import java.util.List;

/// All failures of a run that went on behind the first one.
///
/// **Bound.** At most [#CAUSE_LIMIT] causes are kept, the first ones; the count says how many there
/// were.
public final class CompositeTaskException extends SluiceException {
  /// How many causes are kept.
  public static final int CAUSE_LIMIT = 1_000;

  private final transient List<Throwable> causes;
  private final long failureCount;

  public CompositeTaskException(List<Throwable> causes, long failureCount) {
    super(
        "%,d task(s) failed or were refused; the first: %s"
            .formatted(failureCount, causes.getFirst().getMessage()),
        causes.getFirst());
    this.causes = List.copyOf(causes.subList(0, Math.min(causes.size(), CAUSE_LIMIT)));
    this.failureCount = failureCount;
  }

  /// The first causes, in the order in which they happened.
  public List<Throwable> causes() {
    return causes;
  }

  public long failureCount() {
    return failureCount;
  }
}
