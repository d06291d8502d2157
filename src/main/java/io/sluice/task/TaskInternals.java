package io.sluice.task;

import org.jspecify.annotations.Nullable;

/// The runtime's way to what handles keep for it. Internal: not for users.
public final class TaskInternals {
  private TaskInternals() {}

  /// What the engine keeps on a tensor; null if no engine has claimed it.
  public static @Nullable Object engineRecord(Tensor tensor) {
    return tensor.engineRecord();
  }

  /// Sets the record if there is none yet; returns the one that is there then.
  public static Object claimEngineRecord(Tensor tensor, Object record) {
    return tensor.claimEngineRecord(record);
  }

  /// Sets the record of a tensor that the engine has claimed. The engine's thread.
  public static void replaceEngineRecord(Tensor tensor, Object record) {
    tensor.replaceEngineRecord(record);
  }

  /// What stands for a task in the `after` of others.
  public static TaskTicket ticket(Task task) {
    return task.ticket();
  }

  /// What the engine keeps of a task's admissions; null if there was none.
  public static @Nullable Object engineRecord(Task task) {
    return task.engineRecord();
  }

  /// Keeps another record of a task's admissions. The engine's thread.
  public static void engineRecord(Task task, Object record) {
    task.engineRecord(record);
  }

  /// The tasks that this one comes after. Not to be changed.
  public static TaskTicket[] predecessors(Task task) {
    return task.predecessors();
  }

  /// A user-owned tensor whose name, dtype and shape have passed their gates.
  public static UserTensor userTensor(
      @Nullable String name, DType dtype, Shape shape, UserTensor.Storage storage) {
    return new UserTensor(name, dtype, shape, storage);
  }

  /// The segment behind a user-owned tensor.
  public static UserTensor.Storage storage(UserTensor tensor) {
    return tensor.storage();
  }

  /// Counts a task or an open result in; false if the user is inside or it is closed.
  public static boolean tryHold(UserTensor tensor) {
    return tensor.tryHold();
  }

  /// Counts a task or a result out.
  public static void letGo(UserTensor tensor) {
    tensor.letGo();
  }
}
