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
        ResultClosedException,
        RuntimeDisposedException,
        TaskCancelledException,
        TaskFailedException,
        TaskTimeoutException,
        TaskTooLargeException,
        TensorInUseException,
        TensorUnavailableException,
        UpstreamProtocolException,
        WorkerLostException {

  SluiceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  SluiceException(String message) {
    super(message);
  }
}
