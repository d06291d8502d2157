package io.sluice.cli;

/// A command that can't be followed: what was given, the rule, and what to do instead.
final class BadInput extends RuntimeException {
  BadInput(String message) {
    super(message);
  }

  BadInput(String message, Throwable cause) {
    super(message, cause);
  }
}
