package io.sluice.error;

/// Bytes were read through a result or view whose loan is over, or by a thread that they were not
/// lent to.
///
/// It is thrown instead of showing what another task wrote there since. Read before `close()`, or
/// give the run a reader; keep no view of a kernel's.
public final class ResultClosedException extends SluiceException {
  /// `message` names the result or view, and what ended it.
  public ResultClosedException(String message) {
    super(message);
  }
}
