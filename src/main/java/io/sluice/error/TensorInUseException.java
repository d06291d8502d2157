package io.sluice.error;

/// A user-owned tensor that the user and admitted tasks, or two threads of the user's, wanted to
/// touch at the same time.
///
/// Thrown to the user who reads, writes or closes it while a task or an open result holds it; the
/// run's error if a task names it while the user is inside.
public final class TensorInUseException extends SluiceException {
  /// `message` names the tensor, who has it, and when to try again.
  public TensorInUseException(String message) {
    super(message);
  }
}
