package io.sluice.sim;

import io.sluice.engine.PoolLayout;
import io.sluice.task.Access;
import io.sluice.task.Arguments;
import io.sluice.task.Kernel;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Makes random tasks: mostly such as fit the moment, and now and then one that breaks a rule.
final class TaskMaker {
  private static final Kernel NOTHING = context -> {};

  private final Scenario scenario;
  private final Dice dice;
  private final Tensors tensors;
  private int tensorCount;
  private int taskCount;

  TaskMaker(World world, Dice dice) {
    this.scenario = world.scenario;
    this.dice = dice;
    this.tensors = world.tensors;
  }

  Task next(SimRun run) {
    if (scenario.ranked) {
      return ranked();
    }
    Task task = body(run);
    task = placed(task);
    task = ordered(task, run);
    task = yielding(task);
    if (task.kind() == Task.Kind.CALL && dice.chance(15)) {
      task = task.priority(dice.between(Task.LOWEST_PRIORITY, Task.HIGHEST_PRIORITY));
    }
    if (dice.chance(4)) {
      task = lastUsing(task);
    }
    task = controlled(task);
    return dice.chance(scenario.mischiefPercent) ? broken(task) : task;
  }

  /// Mostly urgent.
  private Task ranked() {
    Task task = Task.call(name(), NOTHING);
    int roll = dice.below(100);
    if (roll < 10) {
      return task.priority(dice.between(Task.LOWEST_PRIORITY, -1));
    } else if (roll < 25) {
      return task;
    }
    return roll < 35 ? task.on("pool0", 0) : task.priority(dice.between(1, Task.HIGHEST_PRIORITY));
  }

  private String name() {
    return "k" + taskCount++;
  }

  private Task body(SimRun run) {
    if (scenario.crowded) {
      return crowd(run);
    }
    if (scenario.restless && dice.chance(60)) {
      return Task.call(name(), NOTHING).out(fresh());
    }
    if (dice.chance(12) && !scenario.plain) {
      Tensor tensor = dice.chance(70) ? fresh() : anyHeapTensor();
      Tensor kept = tensor.isAtMost() ? plain() : tensor;
      return Task.alloc(dice.chance(30) ? zeroed(kept) : kept).named(name());
    }
    return dice.chance(scenario.groupPercent) ? group() : single();
  }

  private Task crowd(SimRun run) {
    Task task = Task.call(name(), NOTHING);
    if ((run.number == 1 || scenario.limited) && dice.chance(scenario.limited ? 3 : 20)) {
      return task.out(wide());
    }
    List<Tensor> shared = List.copyOf(tensors.userOwned);
    return shared.isEmpty() || dice.chance(90)
        ? task.out(fresh())
        : task.out(fresh()).inout(dice.pick(shared));
  }

  private Tensor zeroed(Tensor tensor) {
    Tensor zeroed = tensor.zeroed();
    tensors.all.add(zeroed);
    return zeroed;
  }

  private Task single() {
    Task task = Task.call(name(), NOTHING);
    List<Tensor> named = new ArrayList<>();
    for (int i = dice.between(0, 4); i > 0; i--) {
      Access access = access();
      TensorRef ref = ref(access);
      boolean unordered = access == Access.OUT_EXISTING || access == Access.NO_DEP;
      access = unordered && ref.tensor().isAtMost() ? Access.IN : access;
      if (named.contains(ref.tensor()) && dice.chance(85)) {
        continue;
      }
      named.add(ref.tensor());
      task = with(task, access, ref);
    }
    return task;
  }

  private static Task with(Task task, Access access, TensorRef ref) {
    return switch (access) {
      case IN -> task.in(ref);
      case OUT -> task.out(ref);
      case INOUT -> task.inout(ref);
      case OUT_EXISTING -> task.outExisting(ref);
      case NO_DEP -> task.noDep(ref);
    };
  }

  private static Arguments with(Arguments arguments, Access access, TensorRef ref) {
    return switch (access) {
      case IN -> arguments.in(ref);
      case OUT -> arguments.out(ref);
      case INOUT -> arguments.inout(ref);
      case OUT_EXISTING -> arguments.outExisting(ref);
      case NO_DEP -> arguments.noDep(ref);
    };
  }

  private Access access() {
    if (dice.chance(scenario.joinPercent)) {
      return Access.OUT_EXISTING;
    }
    int roll = dice.below(100);
    if (roll < 40) {
      return Access.IN;
    } else if (roll < 72) {
      return Access.OUT;
    }
    return roll < 96 ? Access.INOUT : Access.NO_DEP;
  }

  private TensorRef ref(Access access) {
    if (access == Access.OUT && dice.chance(55)) {
      return dice.chance(50) ? fresh() : anyHeapTensor();
    }
    Tensor tensor = usable();
    boolean sliced = access != Access.OUT || tensors.isAvailable(tensor);
    return sliced && dice.chance(scenario.slicePercent) ? slice(tensor) : tensor;
  }

  /// A tensor that may be read now; a fresh one if there is none.
  private Tensor usable() {
    List<Tensor> usable = tensors.all.stream().filter(tensors::isAvailable).toList();
    if (usable.isEmpty() || dice.chance(scenario.mischiefPercent)) {
      return tensors.all.isEmpty() ? fresh() : dice.pick(tensors.all);
    }
    int recent = Math.min(usable.size(), 8);
    return dice.chance(70) ? usable.get(usable.size() - 1 - dice.below(recent)) : dice.pick(usable);
  }

  private Tensor anyHeapTensor() {
    List<Tensor> some = tensors.all.stream().filter(tensor -> !tensor.isUserOwned()).toList();
    return some.isEmpty() ? fresh() : dice.pick(some);
  }

  Tensor fresh() {
    if (scenario.maximumPercent == 0 || !dice.chance(scenario.maximumPercent)) {
      return plain();
    }
    Tensor tensor = Tensor.named("m" + tensorCount++, scenario.dtype, extents()).atMost();
    tensors.all.add(tensor);
    return tensor;
  }

  private Tensor plain() {
    Tensor tensor = Tensor.named("t" + tensorCount++, scenario.dtype, extents());
    tensors.all.add(tensor);
    return tensor;
  }

  long[] extents() {
    int rank = dice.between(1, 3);
    int elements = dice.logBetween(1, scenario.largestElements);
    long[] extents = new long[rank];
    for (int axis = 0; axis < rank - 1; axis++) {
      extents[axis] = Math.min(elements, dice.between(1, 6));
      elements = Math.max(1, (int) (elements / extents[axis]));
    }
    extents[rank - 1] = elements;
    return extents;
  }

  private TensorRef slice(Tensor tensor) {
    if (tensor.isAtMost()) {
      return tensor;
    }
    Range[] ranges = new Range[tensor.shape().rank()];
    for (int axis = 0; axis < ranges.length; axis++) {
      int extent = (int) tensor.shape().extent(axis);
      int from = dice.chance(40) ? 0 : dice.below(extent);
      ranges[axis] = Range.of(from, dice.chance(40) ? extent : dice.between(from + 1, extent));
    }
    return tensor.slice(ranges);
  }

  /// Members that each write rows of their own, and read what they like.
  private Task group() {
    int members = dice.between(1, 4);
    Tensor shared = usable();
    Tensor rows = usable();
    Arguments[] arguments = new Arguments[members];
    for (int member = 0; member < members; member++) {
      arguments[member] = member(rows, member, members);
      if (shared != rows && tensors.isAvailable(shared) && dice.chance(50)) {
        arguments[member] = arguments[member].in(shared);
      }
    }
    return Task.group(name(), NOTHING, arguments);
  }

  private Arguments member(Tensor rows, int member, int members) {
    Arguments arguments = Arguments.none();
    long extent = rows.shape().extent(0);
    long from = extent * member / members;
    long to = extent * (member + 1) / members;
    if (from < to && !rows.isAtMost() && tensors.isAvailable(rows)) {
      Access access = dice.pickOf(Access.OUT, Access.INOUT, Access.IN);
      arguments = with(arguments, access, rows.rows(from, to));
    }
    return dice.chance(50) ? arguments.out(fresh()) : arguments;
  }

  private Task placed(Task task) {
    if (task.kind() == Task.Kind.ALLOC || dice.chance(40) || scenario.plain) {
      return task;
    }
    List<PoolLayout> wide =
        scenario.pools.stream().filter(p -> p.workerCount() >= task.memberCount()).toList();
    PoolLayout pool = wide.isEmpty() ? scenario.pools.getFirst() : dice.pick(wide);
    if (wide.isEmpty() || dice.chance(80)) {
      return task.on(pool.name());
    }
    int[] workers = new int[task.memberCount()];
    int first = dice.below(pool.workerCount());
    for (int member = 0; member < workers.length; member++) {
      workers[member] = (first + member) % pool.workerCount();
    }
    return task.on(pool.name(), workers);
  }

  private Task ordered(Task task, SimRun run) {
    if (run.recent.isEmpty() || !dice.chance(8)) {
      return task;
    }
    return task.after(
        run.recent.get(run.recent.size() - 1 - dice.below(Math.min(5, run.recent.size()))));
  }

  private Task yielding(Task task) {
    for (int member = 0; member < task.memberCount(); member++) {
      for (var argument : task.member(member).tensors()) {
        if (dice.chance(scenario.yieldPercent)) {
          task = task.yields(argument.ref());
        }
      }
    }
    return task;
  }

  private Task lastUsing(Task task) {
    if (task.member(0).tensorCount() == 0) {
      return task;
    }
    Tensor tensor = dice.pick(task.member(0).tensors()).ref().tensor();
    boolean named = task.member(0).tensors().stream().anyMatch(a -> a.ref() == tensor);
    return tensor.isUserOwned() || !named ? task : task.lastUse(tensor);
  }

  private Task controlled(Task task) {
    if (task.kind() == Task.Kind.ALLOC) {
      return task;
    }
    if (dice.chance(scenario.timeoutPercent)) {
      task = task.timeout(Duration.ofNanos(dice.logBetween(1, 1_000)));
    }
    if (!dice.chance(scenario.retryPercent)) {
      return task;
    }
    task = task.retry(retry());
    boolean repeatable = tensors.writesInPlace(task) && !dice.chance(scenario.mischiefPercent);
    return repeatable ? task.idempotent() : task;
  }

  private TaskRetry retry() {
    Duration shortest = Duration.ofNanos(dice.logBetween(scenario.restless ? 200 : 1, 500));
    TaskRetry retry =
        !scenario.restless && dice.chance(40)
            ? TaskRetry.max(dice.below(4))
            : TaskRetry.backoff(scenario.restless ? dice.between(2, 4) : dice.below(4), shortest)
                .maxBackoff(Duration.ofNanos(2_000));
    retry = dice.chance(50) ? retry.maxLostWorkers(dice.below(3)) : retry;
    return dice.chance(50) ? retry : retry.filter(TaskMaker::neverAsked);
  }

  /// The simulator answers in its place; the engine must not ask.
  private static boolean neverAsked(Throwable failure) {
    throw new Broken("a user's filter was called in the engine");
  }

  /// The task with one fault.
  private Task broken(Task task) {
    if (task.kind() == Task.Kind.ALLOC) {
      return Task.alloc(huge()).named(task.name());
    }
    return switch (dice.below(7)) {
      case 0 -> task.on("nowhere");
      case 1 -> crowd(task.name());
      case 2 -> task.memberCount() == 1 ? task.on("pool0", 7) : task;
      case 3 -> conflicting(task);
      case 4 -> task.after(Task.call("never", NOTHING));
      case 5 -> task.isGroup() ? task : task.out(huge());
      default -> withForeign(task);
    };
  }

  /// A tensor of most of the heap.
  private Tensor wide() {
    long most = scenario.limited ? scenario.limitBytes() : scenario.heapBytes;
    long elements = most * dice.between(75, 100) / 100 / scenario.dtype.byteSize();
    return Tensor.named("wide" + tensorCount++, scenario.dtype, elements);
  }

  private Tensor huge() {
    return Tensor.named("huge", scenario.dtype, scenario.heapBytes + 1);
  }

  private Task crowd(String name) {
    Arguments[] members = new Arguments[5];
    java.util.Arrays.fill(members, Arguments.none());
    return Task.group(name, NOTHING, members).on("pool0");
  }

  private Task conflicting(Task task) {
    Tensor tensor = usable();
    if (task.isGroup() || !tensors.isAvailable(tensor)) {
      return task;
    }
    return dice.chance(50)
        ? task.inout(tensor).inout(slice(tensor))
        : task.in(slice(tensor)).inout(tensor);
  }

  private Task withForeign(Task task) {
    return task.isGroup() || tensors.foreign.isEmpty() ? task : task.in(dice.pick(tensors.foreign));
  }
}
