package io.sluice.error;

import org.jspecify.annotations.Nullable;

/// The root of everything that Sluice itself reports as an error.
///
/// The family is sealed: a `switch` over it is complete. Each member carries the numbers of its
/// message as fields, so that a program need not parse text. A message says what was given, the
/// rule, the value and the knob to turn.
public abstract sealed class SluiceException extends RuntimeException
    permits AdmissionStalledException,
        CompositeTaskException,
        ConfigurationException,
        ForeignHandleException,
        HeapUnavailableException,
        InvalidTaskException,
        RemoteKernelException,
        ResultClosedException,
        RuntimeDisposedException,
        TaskCancelledException,
        TaskFailedException,
        TaskTimeoutException,
        TaskTooLargeException,
        TensorInUseException,
        TensorUnavailableException,
        UpstreamProtocolException,
        WorkerLostException,
        WorkerStartException {

  private @Nullable String runName;

  SluiceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  SluiceException(String message) {
    super(message);
  }

  /// The name of the run whose error it is; null if that has none, or if it is no run's.
  public @Nullable String runName() {
    return runName;
  }

  /// Says whose error it is, unless it knows; called by the runtime, before anybody else has it.
  ///
  /// @param name of the run; null if it has none
  public final void belongsTo(@Nullable String name) {
    if (runName() == null) {
      runName = name;
    }
  }

  /// What happened; behind the name of the run that it happened to, if that is to be told.
  @Override
  public @Nullable String getMessage() {
    return runName == null ? super.getMessage() : "run '" + runName + "': " + super.getMessage();
  }
}
