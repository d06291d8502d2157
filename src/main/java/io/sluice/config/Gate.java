package io.sluice.config;

import io.sluice.error.ConfigurationException;
import org.jspecify.annotations.Nullable;

/// What the gates of the settings share.
final class Gate {
  private Gate() {}

  /// Null comes from callers without null checks; it is answered like any other bad value.
  static void checkGiven(String key, @Nullable Object given, String remedy) {
    if (given == null) {
      throw new ConfigurationException(key, "must be given", null, remedy);
    }
  }
}
