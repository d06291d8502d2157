package io.sluice.config;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.error.ConfigurationException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What tests of the settings share.
final class Gates {
  private Gates() {}

  static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(call).withMessage(message);
  }
}
