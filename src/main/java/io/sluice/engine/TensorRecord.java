package io.sluice.engine;

import io.sluice.error.ForeignHandleException;
import io.sluice.task.TaskInternals;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import org.jspecify.annotations.Nullable;

/// What the engine keeps on a tensor's handle, so that no table of tensors is needed: whose it is and
/// its current version.
///
/// **Confinement.** Owned by the drain loop of the engine that claimed the handle.
final class TensorRecord {
  final Core engine;

  /// The epoch in which [#current] was made; of no meaning for a user-owned tensor.
  long epoch;

  @Nullable Version current;

  private TensorRecord(Core engine) {
    this.engine = engine;
  }

  /// The record of a tensor, which belongs to `engine` from now on if it is new.
  ///
  /// @throws ForeignHandleException if another engine has claimed it
  static TensorRecord of(Tensor tensor, Core engine) {
    TensorRecord record = find(tensor, engine);
    if (record != null) {
      return record;
    }
    TensorRecord fresh = new TensorRecord(engine);
    if (tensor instanceof UserTensor) {
      fresh.current = new Version(tensor, null, 0, true);
    }
    return checked(tensor, engine, TaskInternals.claimEngineRecord(tensor, fresh));
  }

  /// The record of a tensor if it has one already.
  ///
  /// @throws ForeignHandleException if another engine has claimed it
  static @Nullable TensorRecord find(Tensor tensor, Core engine) {
    Object found = TaskInternals.engineRecord(tensor);
    return found == null ? null : checked(tensor, engine, found);
  }

  /// Whether a tensor belongs to `engine` or to nobody yet.
  static boolean isOf(Tensor tensor, Core engine) {
    Object found = TaskInternals.engineRecord(tensor);
    return found == null || ((TensorRecord) found).engine == engine;
  }

  private static TensorRecord checked(Tensor tensor, Core engine, Object found) {
    TensorRecord record = (TensorRecord) found;
    if (record.engine != engine) {
      throw new ForeignHandleException(
          tensor + " belongs to another runtime; make a tensor for each runtime");
    }
    return record;
  }

  /// The version that a task admitted now would touch; null if there is none in this epoch.
  @Nullable Version current(long currentEpoch) {
    return current != null && (current.tensor.isUserOwned() || epoch == currentEpoch)
        ? current
        : null;
  }

  /// Whether a whole `OUT` admitted now makes a new version instead of writing in place.
  static boolean renames(@Nullable TensorRecord record, long currentEpoch) {
    if (record == null) {
      return true;
    }
    Version version = record.current(currentEpoch);
    return version == null
        || !version.inPlace
        || (!version.tensor.isUserOwned() && version.unavailableBecause() != null);
  }
}
