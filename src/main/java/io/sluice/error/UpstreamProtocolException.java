package io.sluice.error;

/// A publisher of tasks broke the rules of Reactive Streams: it emitted null, or more than was
/// requested. The run fails with it.
public final class UpstreamProtocolException extends SluiceException {
  /// `message` names the run and the rule.
  public UpstreamProtocolException(String message) {
    super(message);
  }
}
