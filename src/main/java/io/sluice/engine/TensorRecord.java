package io.sluice.engine;

import io.sluice.error.ForeignHandleException;
import io.sluice.task.TaskInternals;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import org.jspecify.annotations.Nullable;

/// What the engine keeps on a tensor's handle, so that no table of tensors is needed: its newest version, or,
/// before there is one, the engine that has claimed the handle. Neither is an object of its own.
///
/// **Confinement.** Owned by the drain loop of the engine that claimed the handle.
sealed interface TensorRecord permits Core, Version {

  /// The engine that the tensor belongs to.
  Core engine();

  /// Makes the tensor belong to `engine` from now on if it is new. Any thread.
  ///
  /// @throws ForeignHandleException if another engine has claimed it
  static void claim(Tensor tensor, Core engine) {
    Object found = TaskInternals.engineRecord(tensor);
    if (found == null) {
      TensorRecord first =
          tensor instanceof UserTensor ? new Version(tensor, null, engine.epoch, 0, true) : engine;
      found = TaskInternals.claimEngineRecord(tensor, first);
    }
    var _ = checked(tensor, engine, found);
  }

  /// The newest version of a tensor; null if it has none.
  ///
  /// @throws ForeignHandleException if another engine has claimed it
  static @Nullable Version newest(Tensor tensor, Core engine) {
    Object found = TaskInternals.engineRecord(tensor);
    return found != null && checked(tensor, engine, found) instanceof Version version
        ? version
        : null;
  }

  /// Whether a tensor belongs to `engine` or to nobody yet.
  static boolean isOf(Tensor tensor, Core engine) {
    Object found = TaskInternals.engineRecord(tensor);
    return found == null || ((TensorRecord) found).engine() == engine;
  }

  private static TensorRecord checked(Tensor tensor, Core engine, Object found) {
    TensorRecord record = (TensorRecord) found;
    if (record.engine() != engine) {
      throw new ForeignHandleException(
          tensor + " belongs to another runtime; make a tensor for each runtime");
    }
    return record;
  }

  /// The version that a task admitted now would touch; null if there is none in this epoch.
  static @Nullable Version current(Tensor tensor, Core engine) {
    Version version = newest(tensor, engine);
    return version != null && (tensor.isUserOwned() || version.epoch == engine.epoch)
        ? version
        : null;
  }

  /// Makes a version the newest of its tensor, which this engine has claimed.
  static void replace(Version newest) {
    TaskInternals.replaceEngineRecord(newest.tensor, newest);
  }

  /// Whether a whole `OUT` admitted now makes a new version instead of writing in place.
  static boolean renames(Tensor tensor, Core engine) {
    Version version = current(tensor, engine);
    return version == null
        || !version.inPlace
        || (!tensor.isUserOwned() && version.unavailableBecause() != null);
  }
}
