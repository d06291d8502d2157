package io.sluice.sim;

import io.sluice.task.Argument;
import io.sluice.task.Task;
import io.sluice.task.TensorRef;

/// A task in words, for traces.
final class TaskText {
  private TaskText() {}

  static String of(Task task) {
    StringBuilder text = new StringBuilder(task.name());
    for (int member = 0; member < task.memberCount(); member++) {
      text.append(member == 0 ? "" : " |");
      for (Argument argument : task.member(member).tensors()) {
        text.append(' ').append(argument.access()).append(' ').append(of(argument.ref()));
      }
    }
    task.yielded().forEach(ref -> text.append(" yields ").append(of(ref)));
    task.lastUses().forEach(ref -> text.append(" last ").append(of(ref)));
    task.predecessorNames().forEach(other -> text.append(" after ").append(other));
    text.append(task.priority() == 0 ? "" : " priority " + task.priority());
    return text.append(task.pool() == null ? "" : " on " + task.pool()).toString();
  }

  private static String of(TensorRef ref) {
    return ref.tensor().name() + (ref.isWhole() ? "" : ref.box().toString());
  }
}
