package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The gate for what a task alone can tell.
final class TaskGate {
  private TaskGate() {}

  @SuppressWarnings("ConstantValue")
  static void checkGiven(String taskName, String what, @Nullable Object given) {
    if (given == null) {
      throw new InvalidTaskException(taskName, what + " must not be null");
    }
  }

  /// The arguments of a task that may be given more of them.
  static Arguments onlyMember(Task task, String what) {
    if (task.isGroup()) {
      throw new InvalidTaskException(
          task.name(), what + " can't be added to a group; give them to its members");
    }
    if (task.kind() == Task.Kind.ALLOC) {
      throw new InvalidTaskException(
          task.name(), what + " can't be added to an alloc; add them to a task that follows");
    }
    return task.member(0);
  }

  /// What a result yields must be named just so.
  static void checkNamed(Task task, TensorRef ref) {
    if (!anyArgument(task, argument -> argument.ref().equals(ref))) {
      throw notNamed(task, "yields", ref, "the same tensor or slice");
    }
  }

  static void checkLastUse(Task task, Tensor tensor) {
    if (tensor.isUserOwned()) {
      throw new InvalidTaskException(
          task.name(),
          "lastUse(...) must name tensors of the heap, was "
              + tensor
              + ", which is user-owned; close it instead");
    }
    if (!anyArgument(task, argument -> argument.ref().tensor() == tensor)) {
      throw notNamed(task, "lastUse", tensor, "it or a slice of it");
    }
  }

  private static boolean anyArgument(Task task, Predicate<Argument> matches) {
    for (int member = 0; member < task.memberCount(); member++) {
      Arguments arguments = task.member(member);
      for (int i = 0; i < arguments.tensorCount(); i++) {
        if (matches.test(arguments.tensor(i))) {
          return true;
        }
      }
    }
    return false;
  }

  private static InvalidTaskException notNamed(
      Task task, String method, TensorRef ref, String what) {
    return new InvalidTaskException(
        task.name(),
        method + "(...) must name what the task names, was " + ref + "; name " + what + " first");
  }

  /// What is meant where a result is read without saying what.
  static TensorRef onlyYielded(Task task) {
    List<TensorRef> yielded = task.yielded();
    if (yielded.size() == 1) {
      return yielded.getFirst();
    }
    throw new InvalidTaskException(
        task.name(),
        yielded.isEmpty()
            ? "view() needs one tensor that it yields, and it yields none; add yields(...)"
            : "view() needs one tensor that it yields, and it yields %s; say which, by view(tensor)"
                .formatted(yielded));
  }

  static void checkAlloc(Tensor tensor) {
    checkGiven("alloc", "tensor", tensor);
    if (tensor.isUserOwned()) {
      throw new InvalidTaskException(
          "alloc", tensor + " is user-owned and has storage; write it without alloc");
    }
    if (tensor.isAtMost()) {
      throw new InvalidTaskException(
          "alloc", tensor + " has rows that only a kernel can tell; leave atMost() out");
    }
  }

  static void checkMaximum(Tensor tensor) {
    checkGiven("fill", "tensor", tensor);
    if (!tensor.isAtMost()) {
      throw new InvalidTaskException(
          "fill", tensor + " has rows that are no maximum; use fill(...), or add atMost()");
    }
  }

  static void checkPlaceable(Task task) {
    if (task.kind() == Task.Kind.ALLOC) {
      throw new InvalidTaskException(task.name(), "an alloc runs on no worker; leave on(...) out");
    }
  }

  static void checkWorkers(Task task, int[] exactWorkers) {
    checkGiven(task.name(), "exact workers", exactWorkers);
    if (exactWorkers.length != task.memberCount()) {
      throw new InvalidTaskException(
          task.name(),
          "needs one exact worker for each of its %d member(s), was given %d; give as many"
              .formatted(task.memberCount(), exactWorkers.length));
    }
    for (int worker : exactWorkers) {
      checkWorker(task.name(), worker);
    }
  }

  private static void checkWorker(String taskName, int worker) {
    if (worker < 0) {
      throw new InvalidTaskException(
          taskName,
          "an exact worker must be at least 0, was " + worker + "; use on(pool) for any worker");
    }
  }

  static long checkedTimeoutNs(Task task, @Nullable Duration limit) {
    if (limit == null || !limit.isPositive() || limit.compareTo(Durations.MAX) > 0) {
      throw new InvalidTaskException(
          task.name(),
          "timeout(...) must be above 0 and up to 365 days, was "
              + limit
              + "; leave it out for none");
    }
    checkRuns(task, "timeout");
    return limit.toNanos();
  }

  static void checkPriority(Task task, int priority) {
    if (priority < Task.LOWEST_PRIORITY || priority > Task.HIGHEST_PRIORITY) {
      throw new InvalidTaskException(
          task.name(),
          "priority(...) must be from %d to %d, was %d; leave it out for 0"
              .formatted(Task.LOWEST_PRIORITY, Task.HIGHEST_PRIORITY, priority));
    }
    checkRuns(task, "priority");
  }

  static void checkRetry(Task task, @Nullable TaskRetry retry) {
    checkGiven(task.name(), "retry(...)", retry);
    checkRuns(task, "retry");
  }

  private static void checkRuns(Task task, String method) {
    if (task.kind() == Task.Kind.ALLOC) {
      throw new InvalidTaskException(
          task.name(), "an alloc runs no kernel; leave " + method + "(...) out");
    }
  }
}
