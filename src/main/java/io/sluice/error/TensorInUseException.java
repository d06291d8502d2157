package io.sluice.error;

/// A user-owned tensor that the user and admitted tasks wanted to touch at the same time.
public final class TensorInUseException extends SluiceException {
  public TensorInUseException(String message) {
    super(message);
  }
}
