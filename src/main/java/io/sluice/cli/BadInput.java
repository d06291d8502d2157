package io.sluice.cli;

import org.jspecify.annotations.Nullable;

/// A command that can't be followed: what was given, the rule, and what to do instead.
final class BadInput extends RuntimeException {
  BadInput(String message) {
    super(message);
  }

  BadInput(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
