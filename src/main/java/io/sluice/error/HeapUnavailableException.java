package io.sluice.error;

import org.jspecify.annotations.Nullable;

/// The shared region could not be made.
public final class HeapUnavailableException extends SluiceException {
  public HeapUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
