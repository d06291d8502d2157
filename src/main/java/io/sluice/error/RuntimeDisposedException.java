package io.sluice.error;

/// Something was asked of a runtime that is disposed of, or going to be.
public final class RuntimeDisposedException extends SluiceException {
  public RuntimeDisposedException(String message) {
    super(message);
  }
}
