package io.sluice.error;

/// A tensor, slice or task that belongs to another runtime.
public final class ForeignHandleException extends SluiceException {
  public ForeignHandleException(String message) {
    super(message);
  }
}
