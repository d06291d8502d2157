package io.sluice.error;

/// How one failure is told inside the message of another.
final class Words {
  private Words() {}

  /// What it says; with its class, unless it is one of ours.
  static String of(Throwable failure) {
    String message = failure.getMessage();
    return failure instanceof SluiceException && message != null ? message : failure.toString();
  }
}
