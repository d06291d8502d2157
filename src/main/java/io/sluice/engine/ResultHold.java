package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// The open result of a task that yields: a reader of what it yields, until it is closed.
///
/// Born with its task, so that a later in-place writer waits for it from the start. If the task
/// fails, or nobody is there to take the result, it settles with the task.
final class ResultHold extends Node {
  final Slot slot;

  private static final Version[] NO_VERSIONS = {};

  /// The yielded versions, as often as they are yielded; none once it is closed.
  Version[] versions;

  /// Its records in the tensor map.
  @Nullable AccessPart parts;

  /// Whether the user has it in hand, or will, and must close it: no reader does it for him.
  boolean heldByUser;

  /// Whether who closed it has let go of the user-owned tensors that it yields.
  boolean userTensorsFree;

  @Nullable ResultHold runNext;
  @Nullable ResultHold runPrevious;

  ResultHold(Slot slot, Version[] versions) {
    this.slot = slot;
    this.versions = versions;
  }

  @Override
  long order() {
    return slot.order;
  }

  void forget() {
    versions = NO_VERSIONS;
  }
}
