package io.sluice.error;

import org.jspecify.annotations.Nullable;

/// A publisher of tasks broke the rules of Reactive Streams: it emitted null, or more than was
/// requested. The run fails with it.
public final class UpstreamProtocolException extends SluiceException {
  private final @Nullable String publishersRun;

  /// @param message names the run and the rule
  /// @param runName of that run; null if it has none
  public UpstreamProtocolException(String message, @Nullable String runName) {
    super(message);
    this.publishersRun = runName;
  }

  @Override
  public @Nullable String runName() {
    return publishersRun;
  }
}
