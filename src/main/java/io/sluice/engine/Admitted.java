package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// What a task keeps of an admission: its slot, and when that is consumed, its [Outcome].
sealed interface Admitted permits Slot, Outcome {
  Run run();

  /// Why it failed; null if it did not, or not yet.
  @Nullable Throwable cause();

  /// An admission of the same task by another run.
  @Nullable Admitted otherAdmission();

  void otherAdmission(@Nullable Admitted other);
}
