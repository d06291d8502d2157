package io.sluice.error;

import java.util.List;

/// What a recording keeps of a failure: the names of its class and of its cause's.
///
/// The failure itself may hold anything, and its message and its causes may be a user's code, which the
/// scheduler doesn't call. It has no cause and no stack trace.
///
/// **Bound.** Two names.
public final class RecordedFailure extends RuntimeException {
  private final List<String> typeNames;

  private RecordedFailure(List<String> typeNames) {
    super(String.join(", caused by ", typeNames), null, false, false);
    this.typeNames = typeNames;
  }

  /// What is kept of it; of causes, that of a [SluiceException].
  public static RecordedFailure of(Throwable failure) {
    if (failure instanceof RecordedFailure recorded) {
      return recorded;
    }
    String name = failure.getClass().getName();
    Throwable cause = failure instanceof SluiceException ? failure.getCause() : null;
    return new RecordedFailure(
        cause == null ? List.of(name) : List.of(name, cause.getClass().getName()));
  }

  /// The names of its class and, where that is known, of its cause's.
  public List<String> typeNames() {
    return typeNames;
  }

  /// Whether it or its cause was of exactly this class.
  public boolean isOf(Class<? extends Throwable> type) {
    return typeNames.contains(type.getName());
  }
}
