package io.sluice.error;

/// A handle from before a drain: its epoch is over.
public final class StaleHandleException extends SluiceException {
  private final long handleEpoch;
  private final long currentEpoch;

  public StaleHandleException(String handle, long handleEpoch, long currentEpoch) {
    super(
        "%s is of epoch %d, but a drain has begun epoch %d; take a new handle after drain()"
            .formatted(handle, handleEpoch, currentEpoch));
    this.handleEpoch = handleEpoch;
    this.currentEpoch = currentEpoch;
  }

  public long handleEpoch() {
    return handleEpoch;
  }

  public long currentEpoch() {
    return currentEpoch;
  }
}
