package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// What is kept of few tasks beside their slots. A plain task that goes through has none.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class SlotExtras {
  /// Why it failed, or reads what is not to be had.
  @Nullable Throwable cause;

  /// What the first member to fail threw.
  @Nullable Throwable memberFailure;

  boolean memberCancelled;

  int attempt = 1;

  /// The place among those whose results are told in order; null once it was told, or without order.
  Turns.@Nullable Turn turn;

  /// Null for a task without a timeout or retries whose kernel was not given up.
  @Nullable SlotControl control;

  @Nullable ConditionalPoison conditionalPoison;

  /// The admission of the same task by another run that is still open.
  @Nullable Admitted otherAdmission;
}
