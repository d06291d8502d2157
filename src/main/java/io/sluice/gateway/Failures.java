package io.sluice.gateway;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a client is told of a failure, and what the log is.
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private Failures() {}

  /// For the client; what is a fault of the gateway goes to the log, with its trace.
  static HttpRefusal told(Throwable failure) {
    HttpRefusal refusal = HttpRefusal.of(failure);
    if (refusal.isInternal()) {
      LOG.error("a request failed", failure);
    }
    return refusal;
  }
}
