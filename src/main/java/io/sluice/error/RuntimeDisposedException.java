package io.sluice.error;

/// Something was asked of a runtime that is disposed of, or going to be; or a run was open when it
/// was.
public final class RuntimeDisposedException extends SluiceException {
  /// `message` says what was asked.
  public RuntimeDisposedException(String message) {
    super(message);
  }
}
