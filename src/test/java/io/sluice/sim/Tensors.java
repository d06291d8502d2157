package io.sluice.sim;

import io.sluice.engine.HeapSpace;
import io.sluice.engine.PoolLayout;
import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.Task;
import io.sluice.task.TaskInternals;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import io.sluice.task.UserTensor;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/// All tensors of a program, their current versions, and the rules of admission as the design has
/// them: what order alone decides.
final class Tensors {
  private final Scenario scenario;
  final List<Tensor> all = new ArrayList<>();
  final List<UserTensor> userOwned = new ArrayList<>();

  /// Tensors of another engine.
  final List<Tensor> foreign = new ArrayList<>();

  /// Tensors that the user is reading, writing or closing.
  final List<Tensor> entered = new ArrayList<>();

  private final IdentityHashMap<Tensor, SimVersion> current = new IdentityHashMap<>();
  long epoch;

  Tensors(Scenario scenario) {
    this.scenario = scenario;
  }

  /// The version that a task admitted now would touch; null if there is none in this epoch.
  SimVersion current(Tensor tensor) {
    SimVersion version = current.get(tensor);
    return version == null || (!version.isUserOwned() && version.epoch != epoch) ? null : version;
  }

  void install(SimVersion version) {
    SimVersion old = current(version.tensor);
    if (old != null) {
      old.superseded = true;
    }
    version.epoch = epoch;
    current.put(version.tensor, version);
  }

  boolean isAvailable(Tensor tensor) {
    SimVersion version = current(tensor);
    return version != null
        && version.isReadable()
        && !(tensor instanceof UserTensor user && user.isClosed());
  }

  /// Whether the argument makes a new version.
  boolean isFresh(Task task, TensorRef ref, Access access) {
    return access == Access.OUT
        && ref.isWhole()
        && (task.kind() == Task.Kind.ALLOC || renames(ref.tensor()));
  }

  boolean renames(Tensor tensor) {
    SimVersion version = current(tensor);
    return !tensor.isUserOwned() && (version == null || !version.inPlace || !version.isReadable());
  }

  long neededBytes(Task task) {
    long bytes = 0;
    for (int member = 0; member < task.memberCount(); member++) {
      for (Argument argument : task.member(member).tensors()) {
        if (isFresh(task, argument.ref(), argument.access())) {
          bytes += HeapSpace.alignedBytes(argument.ref().tensor().byteSize());
        }
      }
    }
    return bytes;
  }

  /// All reasons for which the task may not be admitted at this place in the order.
  Set<Verdict> verdicts(Task task, SimRun run) {
    Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
    judgePlace(task, verdicts);
    if (!run.admissions.keySet().containsAll(List.of(TaskInternals.predecessors(task)))) {
      verdicts.add(Verdict.AFTER);
    }
    for (int member = 0; member < task.memberCount(); member++) {
      task.member(member).tensors().forEach(argument -> judge(task, argument, verdicts));
    }
    judgeConflicts(task, verdicts);
    if (task.retry() != null && !task.isIdempotent() && writesInPlace(task)) {
      verdicts.add(Verdict.RETRY);
    }
    judgeSize(neededBytes(task), run, verdicts);
    return verdicts;
  }

  private void judgeSize(long bytes, SimRun run, Set<Verdict> verdicts) {
    if (bytes > scenario.heapBytes) {
      verdicts.add(Verdict.TOO_LARGE);
    }
    if (bytes > run.heapLimitBytes()) {
      verdicts.add(Verdict.ABOVE_RUN_LIMIT);
    }
    if (run.largestTaskBytes() > 0 && bytes > run.largestTaskBytes()) {
      verdicts.add(Verdict.ABOVE_LARGEST_TASK);
    }
  }

  boolean writesInPlace(Task task) {
    for (int member = 0; member < task.memberCount(); member++) {
      for (Argument argument : task.member(member).tensors()) {
        if (argument.access() != Access.IN && !isFresh(task, argument.ref(), argument.access())) {
          return true;
        }
      }
    }
    return false;
  }

  private void judgePlace(Task task, Set<Verdict> verdicts) {
    if (task.kind() == Task.Kind.ALLOC) {
      return;
    }
    PoolLayout pool = pool(task);
    if (pool == null) {
      verdicts.add(Verdict.POOL);
      return;
    }
    if (task.memberCount() > pool.workerCount()) {
      verdicts.add(Verdict.GROUP_TOO_WIDE);
    }
    List<Integer> workers = new ArrayList<>();
    for (int member = 0; member < task.memberCount(); member++) {
      workers.add(task.exactWorker(member));
    }
    boolean any = workers.stream().allMatch(worker -> worker == -1);
    boolean distinct = workers.stream().distinct().count() == workers.size();
    boolean inPool = workers.stream().allMatch(w -> w >= 0 && w < pool.workerCount());
    if (!any && !(distinct && inPool)) {
      verdicts.add(Verdict.WORKER);
    }
  }

  PoolLayout pool(Task task) {
    if (task.kind() == Task.Kind.ALLOC) {
      return scenario.pools.getLast();
    } else if (task.pool() == null) {
      return scenario.pools.getFirst();
    }
    return scenario.pools.stream()
        .filter(pool -> pool.name().equals(task.pool()))
        .findFirst()
        .orElse(null);
  }

  private void judge(Task task, Argument argument, Set<Verdict> verdicts) {
    Tensor tensor = argument.ref().tensor();
    if (foreign.contains(tensor)) {
      verdicts.add(Verdict.FOREIGN);
      return;
    }
    if (entered.contains(tensor)) {
      verdicts.add(Verdict.IN_USE);
    }
    if (isFresh(task, argument.ref(), argument.access())) {
      return;
    }
    SimVersion version = current(tensor);
    if (version == null) {
      verdicts.add(current.get(tensor) == null ? Verdict.NEVER_WRITTEN : Verdict.DRAINED);
    } else if (version.refusal != null) {
      verdicts.add(Verdict.REFUSED_VERSION);
    } else if (version.lastUse) {
      verdicts.add(Verdict.LAST_USE);
    } else if (!version.isReadable()) {
      verdicts.add(Verdict.SCOPE_ENDED);
    } else if (tensor instanceof UserTensor user && user.isClosed()) {
      verdicts.add(Verdict.CLOSED);
    }
  }

  private void judgeConflicts(Task task, Set<Verdict> verdicts) {
    List<Argument> arguments = new ArrayList<>();
    for (int member = 0; member < task.memberCount(); member++) {
      arguments.addAll(task.member(member).tensors());
    }
    for (int i = 0; i < arguments.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (conflict(task, arguments.get(i), arguments.get(j))) {
          verdicts.add(Verdict.CONFLICT);
        }
      }
    }
  }

  private boolean conflict(Task task, Argument one, Argument other) {
    if (one.ref().tensor() != other.ref().tensor()
        || !one.ref().box().overlaps(other.ref().box())
        || !isOrdered(one.access())
        || !isOrdered(other.access())) {
      return false;
    }
    if (one.access().writes() && other.access().writes()) {
      return true;
    }
    return (one.access().writes() && !isFresh(task, one.ref(), one.access()))
        || (other.access().writes() && !isFresh(task, other.ref(), other.access()));
  }

  private static boolean isOrdered(Access access) {
    return access != Access.OUT_EXISTING && access != Access.NO_DEP;
  }
}
