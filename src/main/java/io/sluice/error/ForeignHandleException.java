package io.sluice.error;

/// A tensor or slice that belongs to another runtime: the one that admitted a task with it first, or
/// made it.
public final class ForeignHandleException extends SluiceException {
  /// `message` names the handle.
  public ForeignHandleException(String message) {
    super(message);
  }
}
