package io.sluice.error;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// All failures of a run that went on behind the first one.
///
/// **Bound.** At most [#CAUSE_LIMIT] causes are kept, the first ones; the count says how many there
/// were.
public final class CompositeTaskException extends SluiceException {
  /// How many causes are kept.
  public static final int CAUSE_LIMIT = 1_000;

  private final transient List<Throwable> causes;
  private final long failureCount;

  /// A run, of this name if it has one, in which `failureCount` tasks failed; the first of `causes`, at least one, becomes the
  /// cause, and those beyond the limit are dropped.
  public CompositeTaskException(
      @Nullable String runName, List<Throwable> causes, long failureCount) {
    super(
        String.format(
            Locale.ROOT,
            "%,d task(s)%s failed or were refused",
            failureCount,
            Words.ofRun(runName)),
        causes.getFirst());
    this.causes = List.copyOf(causes.subList(0, Math.min(causes.size(), CAUSE_LIMIT)));
    this.failureCount = failureCount;
  }

  /// How many failed, and the first cause.
  @Override
  public String getMessage() {
    return super.getMessage() + "; the first: " + Words.of(Objects.requireNonNull(getCause()));
  }

  /// The first causes, in the order in which they happened; at most [#CAUSE_LIMIT].
  public List<Throwable> causes() {
    return causes;
  }

  /// How many tasks failed or were refused, and readers threw, kept here or not.
  public long failureCount() {
    return failureCount;
  }
}
