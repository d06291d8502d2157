package io.sluice;

import io.sluice.runtime.Surroundings;

/// The test kit's way to build a runtime. Internal: not for users.
public final class SluiceInternals {
  private SluiceInternals() {}

  /// A runtime of these settings, but for the threads of its pools and for its timers, unless the
  /// builder was given those.
  public static Sluice build(SluiceBuilder builder, Surroundings surroundings) {
    return builder.timersOr(surroundings.timers()).build(surroundings);
  }
}
