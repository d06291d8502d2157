package io.sluice.sim;

import io.sluice.engine.Version;
import io.sluice.task.Box;
import io.sluice.task.Tensor;
import java.util.ArrayList;
import java.util.List;

/// One storage of a tensor as the simulator knows it: what decides whether it may be touched, and
/// who touches it.
final class SimVersion {
  final Tensor tensor;

  /// The task whose slab it is; null for a user-owned tensor and for what a refused task would have
  /// made.
  final SimTask owner;

  final boolean inPlace;

  /// The engine's own record; null where there is none.
  final Version version;

  /// Why nobody made it.
  Throwable refusal;

  /// How many rows may be read: those that its maker used.
  long rows;

  boolean lastUse;
  boolean superseded;
  long epoch;

  /// Accesses of tasks that have not settled and of open results, in the order of admission.
  final List<Touch> live = new ArrayList<>();

  /// All accesses by `OUT_EXISTING`.
  final List<Touch> joined = new ArrayList<>();

  /// For the serial interpreter: what each element holds, and why it is not fit to be read.
  int[] values;

  Poison[] poison;

  SimVersion(Tensor tensor, SimTask owner, boolean inPlace, Version version) {
    this.tensor = tensor;
    this.owner = owner;
    this.inPlace = inPlace;
    this.version = version;
    this.rows = tensor.shape().extent(0);
  }

  /// What of a box may be read.
  Box readable(Box box) {
    return box.withinRows(rows);
  }

  boolean isUserOwned() {
    return tensor.isUserOwned();
  }

  /// Whether tasks to come may touch it, as far as scopes and last uses go.
  boolean isReadable() {
    return isUserOwned() || (owner != null && !lastUse && !owner.source.isScopeOver());
  }

  /// Whether its scope has a reason to hold it.
  boolean isHeldByScope() {
    return !superseded && !lastUse && !owner.source.isScopeOver();
  }

  List<Touch> prunedLive() {
    live.removeIf(Touch::isOver);
    return live;
  }

  @Override
  public String toString() {
    return tensor + "@" + (owner == null ? "user" : owner.name());
  }
}
