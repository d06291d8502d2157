package io.sluice.error;

/// Bytes were read through a result, or a view, that is closed.
public final class ResultClosedException extends SluiceException {
  public ResultClosedException(String message) {
    super(message);
  }
}
