package io.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.error.InvalidTaskException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What tests of the gates share.
final class Refusals {
  private Refusals() {}

  static void assertRefused(ThrowingCallable call, String message) {
    assertThatExceptionOfType(InvalidTaskException.class).isThrownBy(call).withMessage(message);
  }

  static void assertRefusedSaying(ThrowingCallable call, String... parts) {
    assertThatExceptionOfType(InvalidTaskException.class)
        .isThrownBy(call)
        .satisfies(refusal -> assertThat(refusal).hasMessageContainingAll(parts));
  }
}
