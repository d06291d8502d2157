package io.sluice.engine;

import io.sluice.error.InvalidTaskException;
import io.sluice.error.SluiceException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTooLargeException;
import io.sluice.error.TaskTooLargeException.Bound;
import io.sluice.error.TensorUnavailableException;
import io.sluice.error.TensorUnavailableException.Reason;
import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.TaskInternals;
import io.sluice.task.TaskTicket;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Whether a task may be admitted at its place in the order, and how many bytes it needs. Takes
/// nothing and changes nothing.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class TaskCheck {
  private final Core core;

  TaskCheck(Core core) {
    this.core = core;
  }

  /// Bytes of all outputs, each aligned; 0 if the task owns no slab.
  ///
  /// @throws SluiceException if it may not be admitted
  long neededBytes(Task task, Run run) {
    checkPlace(task);
    checkPredecessors(task, run);
    long bytes = checkArguments(task, run);
    AccessConflicts.check(task, this::renames);
    if (task.retry() != null) {
      checkRepeatable(task);
    }
    checkSize(task, run, bytes);
    return bytes;
  }

  /// Marks what decides over a task that waits: what it names, where that has a version.
  void watch(Task task) {
    for (int member = 0; member < task.memberCount(); member++) {
      Arguments arguments = task.member(member);
      for (int i = 0; i < arguments.tensorCount(); i++) {
        Version version = TensorRecord.newest(arguments.tensor(i).ref().tensor(), core);
        if (version != null) {
          version.watched = true;
        }
      }
    }
  }

  private void checkSize(Task task, Run run, long bytes) {
    checkSize(task, bytes, Bound.HEAP, core.config.heapBytes());
    checkSize(task, bytes, Bound.RUN_LIMIT, run.heapLimitBytes);
    if (run.largestTaskBytes > 0) {
      checkSize(task, bytes, Bound.LARGEST_TASK, run.largestTaskBytes);
    }
  }

  private static void checkSize(Task task, long bytes, Bound bound, long boundBytes) {
    if (bytes > boundBytes) {
      throw new TaskTooLargeException(task.name(), bytes, bound, boundBytes);
    }
  }

  private void checkPlace(Task task) {
    int pool = core.poolOf(task);
    if (pool < 0 && task.pool() == null) {
      throw new InvalidTaskException(
          task.name(),
          "its kernel is reactive, but the pools %s all run on threads; add one with Sluice.builder().reactive(...)"
              .formatted(poolNames()));
    }
    if (pool < 0) {
      throw new InvalidTaskException(
          task.name(),
          ("pool '%s' is unknown, the pools are %s; choose one, or add it with"
                  + " Sluice.builder().threads(...)")
              .formatted(task.pool(), poolNames()));
    }
    PoolLayout layout = core.config.pools().get(pool);
    checkKind(task, layout);
    if (task.memberCount() > layout.workerCount()) {
      throw new InvalidTaskException(
          task.name(),
          "its group has %d members but pool '%s' has %d worker(s); make the pool larger or the group smaller"
              .formatted(task.memberCount(), layout.name(), layout.workerCount()));
    }
    for (int member = 0; member < task.memberCount(); member++) {
      checkWorker(task, member, layout);
    }
  }

  private List<String> poolNames() {
    return core.config.pools().stream().map(PoolLayout::name).toList();
  }

  private static void checkKind(Task task, PoolLayout layout) {
    if (layout.library() != null) {
      LibraryCheck.check(task, layout.name(), layout.library());
    }
    if (task.isReactive() == layout.reactive() || task.kind() == Task.Kind.ALLOC) {
      return;
    }
    throw new InvalidTaskException(
        task.name(),
        task.isReactive()
            ? "its kernel is reactive, but the workers of pool '%s' are threads; choose one made with Sluice.builder().reactive(...), or use Task.call(...)"
                .formatted(layout.name())
            : "its kernel needs a thread, but pool '%s' is reactive and holds none; choose one made with Sluice.builder().threads(...), or use Task.callReactive(...)"
                .formatted(layout.name()));
  }

  private static void checkWorker(Task task, int member, PoolLayout layout) {
    int worker = task.exactWorker(member);
    if (worker >= layout.workerCount()) {
      throw new InvalidTaskException(
          task.name(),
          "worker %d is not in pool '%s', whose workers are 0 to %d; choose another, or enlarge it"
              .formatted(worker, layout.name(), layout.workerCount() - 1));
    }
    for (int other = 0; worker >= 0 && other < member; other++) {
      if (task.exactWorker(other) == worker) {
        throw new InvalidTaskException(
            task.name(),
            "worker %d of pool '%s' is named for two members; give each its own"
                .formatted(worker, layout.name()));
      }
    }
  }

  private void checkPredecessors(Task task, Run run) {
    for (TaskTicket other : TaskInternals.predecessors(task)) {
      if (Admissions.find(other, run) == null) {
        throw new InvalidTaskException(
            task.name(),
            "after(%s) must name a task that %s has admitted before; submit that one first"
                .formatted(other, run));
      }
    }
  }

  private long checkArguments(Task task, Run run) {
    long bytes = 0;
    for (int member = 0; member < task.memberCount(); member++) {
      Arguments arguments = task.member(member);
      for (int i = 0; i < arguments.tensorCount(); i++) {
        bytes = addedTo(bytes, freshBytes(task, arguments.tensor(i), run));
      }
    }
    return bytes;
  }

  /// An attempt that was broken off may have written in part; only fresh bytes are as good as new.
  private void checkRepeatable(Task task) {
    for (int member = 0; member < task.memberCount() && !task.isIdempotent(); member++) {
      Arguments arguments = task.member(member);
      for (int i = 0; i < arguments.tensorCount(); i++) {
        checkRepeatable(task, arguments.tensor(i));
      }
    }
  }

  private void checkRepeatable(Task task, Argument argument) {
    if (argument.access() != Access.IN && !isFresh(task, argument)) {
      throw new InvalidTaskException(
          task.name(),
          "it has retries, and names %s as %s in place, where a broken-off attempt leaves its traces;"
                  .formatted(argument.ref(), argument.access())
              + " write a whole OUT, or declare it idempotent()");
    }
  }

  /// Saturates: what is too large stays too large.
  private static long addedTo(long bytes, long more) {
    return bytes > Long.MAX_VALUE - more ? Long.MAX_VALUE : bytes + more;
  }

  private long freshBytes(Task task, Argument argument, Run run) {
    Tensor tensor = argument.ref().tensor();
    if (isFresh(task, argument)) {
      return HeapSpace.alignedBytes(tensor.byteSize());
    }
    checkAvailable(task, argument, TensorRecord.newest(tensor, core), run);
    return 0;
  }

  /// Whether the argument is laid out anew by the task.
  boolean isFresh(Task task, Argument argument) {
    return argument.access() == Access.OUT
        && argument.ref().isWhole()
        && (renames(argument.ref().tensor()) || task.kind() == Task.Kind.ALLOC);
  }

  private boolean renames(Tensor tensor) {
    return TensorRecord.renames(tensor, core);
  }

  private void checkAvailable(Task task, Argument argument, @Nullable Version version, Run run) {
    if (version == null) {
      throw unavailable(task, argument, Reason.NEVER_WRITTEN);
    }
    if (version.epoch != core.epoch && !version.tensor.isUserOwned()) {
      throw unavailable(task, argument, Reason.DRAINED);
    }
    if (version.refusal() != null) {
      throw new TaskFailedException(
          "refused",
          task.name(),
          run.id().name(),
          "reads or writes in place what no task came to make",
          version.refusal());
    }
    Reason reason = version.unavailableBecause();
    if (reason != null) {
      throw unavailable(task, argument, reason);
    }
  }

  private TensorUnavailableException unavailable(Task task, Argument argument, Reason reason) {
    String why =
        switch (reason) {
          case NEVER_WRITTEN -> "no task admitted before has written it" + allocHint(argument);
          case SCOPE_ENDED ->
              "the scope of the task that wrote it has ended; use it inside that scope, or write it"
                  + " again";
          case LAST_USE -> "a task admitted before declared its last use; drop lastUse(...) there";
          case DRAINED ->
              "the drain that ended epoch %d has reset it; write it again"
                  .formatted(lostEpoch(argument));
          case CLOSED -> "it is closed; make another one";
        };
    return new TensorUnavailableException(
        reason,
        "task '%s' names %s as %s, but %s"
            .formatted(task.name(), argument.ref(), argument.access(), why));
  }

  /// For a user-owned tensor that was closed while the task waited.
  static TensorUnavailableException closed(Task task, UserTensor user) {
    return new TensorUnavailableException(
        Reason.CLOSED,
        "task '%s' names %s, but it is closed; make another one".formatted(task.name(), user));
  }

  private static String allocHint(Argument argument) {
    return argument.access() == Access.IN || argument.access() == Access.INOUT
        ? "; submit its writer first"
        : "; it needs storage of its own, alloc it first";
  }

  private long lostEpoch(Argument argument) {
    Version lost = TensorRecord.newest(argument.ref().tensor(), core);
    return Objects.requireNonNull(lost).epoch.number;
  }
}
