package io.sluice.error;

/// A publisher of tasks broke the rules of Reactive Streams.
public final class UpstreamProtocolException extends SluiceException {
  public UpstreamProtocolException(String message) {
    super(message);
  }
}
