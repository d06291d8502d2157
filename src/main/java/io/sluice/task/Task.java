package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A description of work: a kernel, the tensors that it touches with their [Access], scalars, and
/// what its result yields. Immutable: each method returns another task.
///
/// ```java
/// Task.call("gray", Gray::kernel).in(rgb).out(gray).scalar(0.5).yields(gray)
/// ```
///
/// | factory | its node in the graph | runs on | access |
/// | --- | --- | --- | --- |
/// | [#call] | one call of a kernel | the default pool, or [#on(String)] | as named |
/// | [#callReactive] | one `Mono` of a kernel's | a reactive pool, which holds no thread for it | as named |
/// | [#fill], [#fillUpTo] | one call of a writer | the loader threads, which may block | `OUT` |
/// | [#alloc] | none to run: the tensor gets a slab | no worker | `OUT`, in place from then on |
/// | [#group], [#groupReactive] | several calls of a kernel side by side, all or none | as many workers of one pool | as each member names |
///
/// It does nothing until a run admits it. The same task may be admitted more than once; for
/// [#after] the newest admission of the run counts.
///
/// **Threads.** Safe to share.
///
/// **Errors.** What a task alone can tell is refused where it is written, by an
/// [InvalidTaskException]; what depends on the runtime and on the tasks before, when its turn to be
/// admitted comes, as an error of the run. Either way it has taken nothing.
public final class Task extends Ticketed {
  /// What goes last among the ready tasks of a run.
  public static final int LOWEST_PRIORITY = -4;

  /// What goes first among the ready tasks of a run.
  public static final int HIGHEST_PRIORITY = 4;

  /// What kind of node a task becomes.
  public enum Kind {
    /// Runs a kernel on a worker.
    CALL,
    /// Needs no worker: gives a tensor a slab that is written in place from then on.
    ALLOC
  }

  private final Kind kind;
  private final String name;
  private final Kernel kernel;
  private final @Nullable ReactiveKernel reactiveKernel;
  private final Arguments[] members;
  private final boolean group;
  private final List<TensorRef> yielded;
  private final List<Tensor> lastUses;
  private final TaskTicket[] predecessors;
  private final @Nullable String pool;
  private final int[] workers;
  private final TaskOptions options;

  Task(TaskDraft from) {
    this.kind = from.kind;
    this.name = from.name;
    this.kernel = from.kernel;
    this.reactiveKernel = from.reactiveKernel;
    this.members = from.members;
    this.group = from.group;
    this.yielded = from.yielded;
    this.lastUses = from.lastUses;
    this.predecessors = from.predecessors;
    this.pool = from.pool;
    this.workers = from.workers;
    this.options = from.options;
  }

  /// The same with other arguments: the usual way to a task, which is made without a draft.
  private Task(Task from, Arguments arguments) {
    this.kind = from.kind;
    this.name = from.name;
    this.kernel = from.kernel;
    this.reactiveKernel = from.reactiveKernel;
    this.members = new Arguments[] {arguments};
    this.group = from.group;
    this.yielded = from.yielded;
    this.lastUses = from.lastUses;
    this.predecessors = from.predecessors;
    this.pool = from.pool;
    this.workers = from.workers;
    this.options = from.options;
  }

  private TaskDraft draft() {
    TaskDraft draft = new TaskDraft(kind, name, kernel);
    draft.reactiveKernel = reactiveKernel;
    draft.members = members;
    draft.group = group;
    draft.yielded = yielded;
    draft.lastUses = lastUses;
    draft.predecessors = predecessors;
    draft.pool = pool;
    draft.workers = workers;
    draft.options = options;
    return draft;
  }

  /// A task that calls `kernel`, once, on a worker.
  ///
  /// @param name for errors, events and diagnoses; need not be unique
  /// @throws InvalidTaskException if the name is null or blank, or the kernel null
  public static Task call(String name, Kernel kernel) {
    return new TaskDraft(Kind.CALL, name, kernel).task();
  }

  /// A task whose kernel returns a `Mono`, and which ends when that does; no thread is held meanwhile.
  /// It runs on a reactive pool: the one that it is put [#on], or else the first one of the runtime's.
  ///
  /// @param name for errors, events and diagnoses; need not be unique
  /// @throws InvalidTaskException if the name is null or blank, or the kernel null
  public static Task callReactive(String name, ReactiveKernel kernel) {
    return new TaskDraft(name, kernel).task();
  }

  /// A task named `fill` that fills `ref` (`OUT`) with what `writer` writes, on the runtime's loader
  /// threads. The writer may block, and should write all of it: fresh bytes are undefined.
  ///
  /// @throws InvalidTaskException if one is null
  public static Task fill(TensorRef ref, TensorWriter writer) {
    TaskGate.checkGiven("fill", "writer", writer);
    return call("fill", context -> writer.write(context.tensor(0))).out(ref).on(Pools.LOADER);
  }

  /// The same by a writer that is given its call as well: its subscriber's context, and whether it is
  /// asked to stop. What fills several tensors is `Task.call(name, kernel).out(...).on(Pools.LOADER)`.
  ///
  /// @throws InvalidTaskException if one is null
  public static Task fill(TensorRef ref, TensorWriter.WithContext writer) {
    TaskGate.checkGiven("fill", "writer", writer);
    return call("fill", context -> writer.write(context.tensor(0), context))
        .out(ref)
        .on(Pools.LOADER);
  }

  /// As [#fill], for a tensor whose rows are a maximum ([Tensor#atMost]): the writer returns how many it
  /// wrote, from 0 on.
  ///
  /// @throws InvalidTaskException if one is null, or the tensor's rows are not a maximum
  public static Task fillUpTo(Tensor tensor, RowsWriter writer) {
    TaskGate.checkMaximum(tensor);
    TaskGate.checkGiven("fill", "writer", writer);
    return call("fill", context -> context.setRows(0, writer.write(context.tensor(0))))
        .out(tensor)
        .on(Pools.LOADER);
  }

  /// A task named `alloc` that gives `tensor` a slab without running anything. Later tasks write it in
  /// place, whole or in slices; its bytes stay until the scope ends and its users are done.
  ///
  /// It names nothing else, has no scalars and no pool.
  ///
  /// @throws InvalidTaskException if the tensor is null or user-owned, or its rows are a maximum
  public static Task alloc(Tensor tensor) {
    TaskGate.checkAlloc(tensor);
    TaskDraft draft = new TaskDraft(Kind.ALLOC, "alloc", TaskDraft.NO_KERNEL);
    draft.members = new Arguments[] {Arguments.none().out(tensor)};
    return draft.task();
  }

  /// A task of several members that run side by side on as many workers of one pool; one node of
  /// the graph, complete when all are.
  ///
  /// @param members the arguments of each call, at least one; the kernel knows its own by
  ///     [KernelContext#memberIndex()]
  /// @throws InvalidTaskException if there is none, or something is null
  public static Task group(String name, Kernel kernel, Arguments... members) {
    return new TaskDraft(Kind.CALL, name, kernel).group(members);
  }

  /// The same of kernels that return a `Mono` each; complete when all are. They need a reactive pool
  /// that is at least as wide.
  ///
  /// @throws InvalidTaskException if there is no member, or something is null
  public static Task groupReactive(String name, ReactiveKernel kernel, Arguments... members) {
    return new TaskDraft(name, kernel).group(members);
  }

  /// The same work under another name, for errors, events and diagnoses.
  ///
  /// @throws InvalidTaskException if it is null or blank
  public Task named(String newName) {
    TaskDraft next = draft();
    next.name = Names.checked("a task", newName);
    return next.task();
  }

  /// Reads these, each as the last task before wrote it.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, if a scalar was
  ///     given before, or for a group
  public Task in(TensorRef... refs) {
    return with(Access.IN, refs);
  }

  /// Writes all of these without reading: a whole tensor gets fresh bytes, undefined unless it is
  /// [Tensor#zeroed()]; a slice, or a tensor with storage of its own, is written in place.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, if a scalar was
  ///     given before, or for a group
  public Task out(TensorRef... refs) {
    return with(Access.OUT, refs);
  }

  /// Reads these and writes them in place.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, if a scalar was
  ///     given before, or for a group
  public Task inout(TensorRef... refs) {
    return with(Access.INOUT, refs);
  }

  /// Writes these in place beside other writers, in an order that the caller sees to.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, if a scalar was
  ///     given before, or for a group
  public Task outExisting(TensorRef... refs) {
    return with(Access.OUT_EXISTING, refs);
  }

  /// Touches these without any order; later readers don't wait for it.
  ///
  /// @throws InvalidTaskException if one is null, if there are more than 256 tensors, if a scalar was
  ///     given before, or for a group
  public Task noDep(TensorRef... refs) {
    return with(Access.NO_DEP, refs);
  }

  private Task with(Access access, TensorRef[] refs) {
    return withArguments(TaskGate.onlyMember(this, "tensors").with(name, access, refs));
  }

  /// Adds a whole number; after the tensors. The kernel gets it by [KernelContext#scalarLong].
  ///
  /// @throws InvalidTaskException if there are more than 1,024, or for a group
  public Task scalar(long value) {
    return withArguments(TaskGate.onlyMember(this, "scalars").withScalar(name, value));
  }

  /// Adds a real number; after the tensors. The kernel gets it by [KernelContext#scalarDouble].
  ///
  /// @throws InvalidTaskException if there are more than 1,024, or for a group
  public Task scalar(double value) {
    return withArguments(TaskGate.onlyMember(this, "scalars").withScalar(name, value));
  }

  private Task withArguments(Arguments arguments) {
    return new Task(this, arguments);
  }

  /// The result holds these until it is closed; each must be named by the task before, the same tensor
  /// or an equal slice.
  ///
  /// @throws InvalidTaskException if one is null or not named
  public Task yields(TensorRef... refs) {
    TaskGate.checkGiven(name, "tensors of yields(...)", refs);
    for (TensorRef ref : refs) {
      TaskGate.checkGiven(name, "a tensor of yields(...)", ref);
      TaskGate.checkNamed(this, ref);
    }
    TaskDraft next = draft();
    next.yielded = TaskDraft.appended(yielded, refs);
    return next.task();
  }

  /// This task's use of these tensors, whole or in part, is the last: their bytes need not wait for
  /// the scope's end, and a later reader is refused.
  ///
  /// @throws InvalidTaskException if one is null, not named by the task before, or user-owned
  public Task lastUse(Tensor... tensors) {
    TaskGate.checkGiven(name, "tensors of lastUse(...)", tensors);
    for (Tensor tensor : tensors) {
      TaskGate.checkGiven(name, "a tensor of lastUse(...)", tensor);
      TaskGate.checkLastUse(this, tensor);
    }
    TaskDraft next = draft();
    next.lastUses = TaskDraft.appended(lastUses, tensors);
    return next.task();
  }

  /// Waits for these tasks too, which the same run has admitted before; fails if one failed.
  ///
  /// Each must be the very object that was submitted: a task made from it by another method is another
  /// task.
  ///
  /// @throws InvalidTaskException if one is null
  public Task after(Task... others) {
    TaskGate.checkGiven(name, "tasks of after(...)", others);
    TaskTicket[] tickets = new TaskTicket[others.length];
    for (int i = 0; i < others.length; i++) {
      TaskGate.checkGiven(name, "a task of after(...)", others[i]);
      tickets[i] = others[i].ticket();
    }
    TaskDraft next = draft();
    next.predecessors = TaskDraft.appended(predecessors, tickets);
    return next.task();
  }

  /// Runs on the pool of this name, on any worker of it.
  ///
  /// @throws InvalidTaskException if the name is null or blank, or the task is an alloc
  public Task on(String poolName) {
    return placed(poolName, TaskDraft.ANY_WORKER);
  }

  /// Runs on exactly these workers of that pool, from 0: one for each member, no two the same.
  ///
  /// @throws InvalidTaskException if the name is null or blank, if there are not as many workers as
  ///     members, if one is negative, or the task is an alloc
  public Task on(String poolName, int... exactWorkers) {
    TaskGate.checkWorkers(this, exactWorkers);
    return placed(poolName, exactWorkers.clone());
  }

  private Task placed(String poolName, int[] exactWorkers) {
    TaskGate.checkPlaceable(this);
    TaskDraft next = draft();
    next.pool = Names.checkedPool(name, poolName);
    next.workers = exactWorkers;
    return next.task();
  }

  /// Goes before the run's ready tasks of lower priority when a worker is free; from -4 to 4, 0 if it is
  /// left out. It changes nothing about the order of admission, and nothing between runs, which take
  /// turns.
  ///
  /// The oldest ready task of a run goes first at the latest when 64 others have passed it, whatever
  /// their priorities.
  ///
  /// @throws InvalidTaskException if it is out of that range, or the task is an alloc
  public Task priority(int priority) {
    TaskGate.checkPriority(this, priority);
    return with(changed -> changed.priority = priority);
  }

  /// The most that one attempt may take, from the moment its first member is handed to a worker until
  /// the last one has returned; above 0 and up to 365 days. Time spent waiting for bytes, for earlier
  /// tasks, for a worker, for its process to be ready or for a retry does not count.
  ///
  /// Then the kernel is asked to stop, and the task fails at once, caused by a
  /// [io.sluice.error.TaskTimeoutException]; its bytes stay taken until the kernel returns.
  ///
  /// @throws InvalidTaskException if it is null, out of that range, or the task is an alloc
  public Task timeout(Duration limit) {
    long limitNs = TaskGate.checkedTimeoutNs(this, limit);
    return with(changed -> changed.timeoutNs = limitNs);
  }

  /// Tries it again, as a whole and when all members have stopped, if its kernel throws, runs into the
  /// [#timeout] or loses its worker. Until the last attempt the task is not failed for anybody.
  ///
  /// What was broken off may have written in part: a run refuses retries with `INOUT`, `OUT_EXISTING`,
  /// `NO_DEP`, or `OUT` of what has storage, unless the task is declared [#idempotent].
  ///
  /// @throws InvalidTaskException if it is null, or the task is an alloc
  public Task retry(TaskRetry howOften) {
    TaskGate.checkRetry(this, howOften);
    return with(changed -> changed.retry = howOften);
  }

  /// The same as `retry(TaskRetry.max(maxAttempts))`: tried again at once.
  ///
  /// @throws InvalidTaskException if the number is negative, or the task is an alloc
  public Task retry(long maxAttempts) {
    return retry(TaskRetry.max(maxAttempts));
  }

  /// Declares that the kernel may run again over what a broken-off attempt has left in place.
  public Task idempotent() {
    return with(changed -> changed.idempotent = true);
  }

  private Task with(Consumer<TaskOptions> change) {
    TaskDraft next = draft();
    next.options = options.with(change);
    return next.task();
  }

  /// What kind of node it becomes.
  public Kind kind() {
    return kind;
  }

  /// For errors, events and diagnoses; need not be unique.
  @Override
  public String name() {
    return name;
  }

  /// What is called for each member; does nothing for an alloc, and for a task with a
  /// [#reactiveKernel].
  public Kernel kernel() {
    return kernel;
  }

  /// What is called for each member of a task that runs on a reactive pool; null for other tasks.
  public @Nullable ReactiveKernel reactiveKernel() {
    return reactiveKernel;
  }

  /// Whether it needs a reactive pool.
  public boolean isReactive() {
    return reactiveKernel != null;
  }

  /// How many members it has; 1 unless it is a group.
  public int memberCount() {
    return members.length;
  }

  /// The arguments of the member at this place, from 0.
  ///
  /// @throws IndexOutOfBoundsException if there is none
  public Arguments member(int index) {
    return members[index];
  }

  /// Whether it was made as a group, be it of one member.
  public boolean isGroup() {
    return group;
  }

  /// What the result yields, in the order given.
  public List<TensorRef> yielded() {
    return yielded;
  }

  /// The tensors whose last use this is.
  public List<Tensor> lastUses() {
    return lastUses;
  }

  /// The names of the tasks that it comes [#after].
  public List<String> predecessorNames() {
    return Arrays.stream(predecessors).map(TaskTicket::taskName).toList();
  }

  TaskTicket[] predecessors() {
    return predecessors;
  }

  /// The pool asked for; null for the runtime's default.
  public @Nullable String pool() {
    return pool;
  }

  /// The exact worker of the member at this place, from 0; -1 for any.
  public int exactWorker(int member) {
    return workers.length == 0 ? -1 : workers[member];
  }

  /// The most that one attempt may take, in nanoseconds; 0 for any.
  public long timeoutNs() {
    return options.timeoutNs;
  }

  /// How often it is tried again; null for never.
  public @Nullable TaskRetry retry() {
    return options.retry;
  }

  /// From [#LOWEST_PRIORITY] to [#HIGHEST_PRIORITY]; 0 unless it was set.
  public int priority() {
    return options.priority;
  }

  /// Whether its kernel may run again over what an earlier attempt has left in place.
  public boolean isIdempotent() {
    return options.idempotent;
  }

  @Override
  public String toString() {
    return "task '" + name + "'";
  }
}
