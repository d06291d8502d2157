package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// What the world around the engine can tell when somebody asks why nothing moves. Asked in the drain
/// loop and answered at once; what the engine does never depends on it.
public interface Witness {
  /// Knows nothing.
  Witness BLIND = new Witness() {};

  /// Whether the run's subscriber has asked for results that it has not got.
  default boolean hasDemand(Run run) {
    return false;
  }

  /// The name of the thread that hands results of the run to its subscriber, or its reader, just now;
  /// null if none does.
  default @Nullable String deliveringThread(Run run) {
    return null;
  }

  /// Whether a member that was handed to a worker is inside its kernel.
  default boolean isInKernel(Slot slot, int member) {
    return true;
  }
}
