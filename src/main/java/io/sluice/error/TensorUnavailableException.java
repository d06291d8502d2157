package io.sluice.error;

/// A tensor that may not be read, or written in place, at this place in the order of admission.
///
/// The order alone decides, never the timing: the same tasks in the same order are refused alike,
/// even if the bytes happen to be there still.
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

  /// `message` names the task, the tensor, its access, and what to do.
  public TensorUnavailableException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /// Why the bytes are not there.
  public Reason reason() {
    return reason;
  }
}
