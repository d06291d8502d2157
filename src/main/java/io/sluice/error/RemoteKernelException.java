package io.sluice.error;

import org.jspecify.annotations.Nullable;

/// What a kernel threw in a worker process: its class, message, stack and causes, as text; the cause of
/// the task's [TaskFailedException]. Its stack trace is that of the other process.
///
/// **Bound.** What does not fit in 16 KiB is cut, and the message says so.
public final class RemoteKernelException extends SluiceException {
  private final String remoteType;
  private final @Nullable String remoteMessage;

  /// @param remoteType the class of what was thrown, as in `java.io.IOException`
  /// @param remoteMessage its message; null if it had none
  /// @param stack where it was thrown, in the other process
  /// @param cause the same of its cause; null if it had none
  public RemoteKernelException(
      String remoteType,
      @Nullable String remoteMessage,
      StackTraceElement[] stack,
      @Nullable Throwable cause) {
    super(remoteMessage == null ? remoteType : remoteType + ": " + remoteMessage, cause);
    this.remoteType = remoteType;
    this.remoteMessage = remoteMessage;
    setStackTrace(stack);
  }

  /// The class of what was thrown, as in `java.io.IOException`.
  public String remoteType() {
    return remoteType;
  }

  /// Its message; null if it had none.
  public @Nullable String remoteMessage() {
    return remoteMessage;
  }
}
