package io.sluice.gateway;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a client is told of a failure, and what the log is.
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private Failures() {}

  /// A response could not be ended; the client has only been told by the end of the connection.
  static void cutOff(Throwable failure) {
    LOG.debug("a response was cut off", failure);
  }

  /// For the client; what is a fault of the gateway goes to the log, with its trace.
  static HttpRefusal told(Throwable failure) {
    HttpRefusal refusal = HttpRefusal.of(failure);
    if (refusal.isInternal()) {
      LOG.error("a request failed", failure);
    }
    return refusal;
  }
}
