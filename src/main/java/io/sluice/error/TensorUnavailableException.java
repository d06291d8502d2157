package io.sluice.error;

/// A tensor that may not be read, or written in place, at this place in the order of admission.
public final class TensorUnavailableException extends SluiceException {
  /// Why the bytes are not there.
  public enum Reason {
    /// No task admitted before has written it.
    NEVER_WRITTEN,
    /// The scope of the task that owns its bytes has ended.
    SCOPE_ENDED,
    /// A use declared as its last was admitted before.
    LAST_USE,
    /// A drain has reset the heap since.
    DRAINED,
    /// It is user-owned and closed.
    CLOSED
  }

  private final Reason reason;

  public TensorUnavailableException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
