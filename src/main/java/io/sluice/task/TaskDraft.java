package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import io.sluice.task.Task.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task that is not finished yet.
///
/// **Confinement.** Whoever makes it; the task that comes of it shares its arrays, which nobody
/// changes.
final class TaskDraft {
  static final int[] ANY_WORKER = {};
  static final Kernel NO_KERNEL = context -> {};
  private static final Arguments[] NO_ARGUMENTS = {Arguments.none()};
  private static final TaskTicket[] NO_TASKS = {};

  final Kind kind;
  String name;
  final Kernel kernel;
  @Nullable ReactiveKernel reactiveKernel;
  Arguments[] members = NO_ARGUMENTS;
  boolean group;
  List<TensorRef> yielded = List.of();
  List<Tensor> lastUses = List.of();
  TaskTicket[] predecessors = NO_TASKS;
  @Nullable String pool;
  int[] workers = ANY_WORKER;
  TaskOptions options = TaskOptions.NONE;

  /// @throws InvalidTaskException if the name is null or blank, or the kernel null
  TaskDraft(Kind kind, String name, Kernel kernel) {
    this.kind = kind;
    this.name = Names.checked("a task", name);
    TaskGate.checkGiven(this.name, "kernel", kernel);
    this.kernel = kernel;
  }

  /// @throws InvalidTaskException if the name is null or blank, or the kernel null
  TaskDraft(String name, ReactiveKernel reactiveKernel) {
    this(Kind.CALL, name, NO_KERNEL);
    TaskGate.checkGiven(this.name, "kernel", reactiveKernel);
    this.reactiveKernel = reactiveKernel;
  }

  Task task() {
    return new Task(this);
  }

  static <T> List<T> appended(List<T> some, T[] more) {
    List<T> all = new ArrayList<>(some);
    Collections.addAll(all, more);
    return List.copyOf(all);
  }

  /// A group of these members.
  ///
  /// @throws InvalidTaskException if there is no member, or something is null
  Task group(Arguments[] groupMembers) {
    TaskGate.checkGiven(name, "members", groupMembers);
    if (groupMembers.length == 0) {
      throw new InvalidTaskException(
          name, "a group must have at least 1 member, had 0; give it Arguments");
    }
    for (Arguments member : groupMembers) {
      TaskGate.checkGiven(name, "group member", member);
    }
    members = groupMembers.clone();
    group = true;
    return task();
  }

  static <T> T[] appended(T[] some, T[] more) {
    T[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }
}
