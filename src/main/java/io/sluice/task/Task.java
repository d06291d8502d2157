package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
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
/// | [#fill] | one call of a writer | the loader threads, which may block | `OUT` |
/// | [#alloc] | none to run: the tensor gets a slab | no worker | `OUT`, in place from then on |
/// | [#group] | several calls of a kernel side by side, all or none | as many workers of one pool | as each member names |
///
/// It does nothing until a run admits it. The same task may be admitted more than once; for
/// [#after] the newest admission of the run counts.
///
/// **Threads.** Safe to share.
///
/// **Errors.** What a task alone can tell is refused where it is written, by an
/// [InvalidTaskException]; what depends on the runtime and on the tasks before, when its turn to be
/// admitted comes, as an error of the run. Either way it has taken nothing.
public final class Task {
  private static final TensorRef[] NO_REFS = {};
  private static final Tensor[] NO_TENSORS = {};
  private static final TaskTicket[] NO_TASKS = {};
  private static final VarHandle TICKET;

  static {
    try {
      TICKET = MethodHandles.lookup().findVarHandle(Task.class, "ticket", TaskTicket.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int[] ANY_WORKER = {};

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
  private final Arguments[] members;
  private final boolean group;
  private final TensorRef[] yielded;
  private final Tensor[] lastUses;
  private final TaskTicket[] predecessors;
  private final @Nullable String pool;
  private final int[] workers;

  /// Made when first needed, by whichever thread.
  @SuppressWarnings("FieldMayBeFinal")
  private volatile @Nullable TaskTicket ticket;

  private Task(Builder from) {
    this.kind = from.kind;
    this.name = from.name;
    this.kernel = from.kernel;
    this.members = from.members;
    this.group = from.group;
    this.yielded = from.yielded;
    this.lastUses = from.lastUses;
    this.predecessors = from.predecessors;
    this.pool = from.pool;
    this.workers = from.workers;
  }

  /// A task that calls `kernel`, once, on a worker.
  ///
  /// @param name for errors, events and diagnoses; need not be unique
  /// @throws InvalidTaskException if the name is null or blank, or the kernel null
  public static Task call(String name, Kernel kernel) {
    return new Task(new Builder(Kind.CALL, name, kernel));
  }

  /// A task named `fill` that fills `ref` (`OUT`) with what `writer` writes, on the runtime's loader
  /// threads. The writer may block, and should write all of it: fresh bytes are undefined.
  ///
  /// @throws InvalidTaskException if one is null
  public static Task fill(TensorRef ref, TensorWriter writer) {
    checkGiven("fill", "writer", writer);
    return call("fill", context -> writer.write(context.tensor(0))).out(ref).on(Pools.LOADER);
  }

  /// A task named `alloc` that gives `tensor` a slab without running anything. Later tasks write it in
  /// place, whole or in slices; its bytes stay until the scope ends and its users are done.
  ///
  /// It names nothing else, has no scalars and no pool.
  ///
  /// @throws InvalidTaskException if the tensor is null or user-owned
  public static Task alloc(Tensor tensor) {
    checkGiven("alloc", "tensor", tensor);
    if (tensor.isUserOwned()) {
      throw new InvalidTaskException(
          "alloc", tensor + " is user-owned and has storage; write it without alloc");
    }
    Builder builder = new Builder(Kind.ALLOC, "alloc", context -> {});
    builder.members = new Arguments[] {Arguments.none().out(tensor)};
    return new Task(builder);
  }

  /// A task of several members that run side by side on as many workers of one pool; one node of
  /// the graph, complete when all are.
  ///
  /// @param members the arguments of each call, at least one; the kernel knows its own by
  ///     [KernelContext#memberIndex()]
  /// @throws InvalidTaskException if there is none, or something is null
  public static Task group(String name, Kernel kernel, Arguments... members) {
    Builder builder = new Builder(Kind.CALL, name, kernel);
    checkGiven(builder.name, "members", members);
    if (members.length == 0) {
      throw new InvalidTaskException(
          builder.name, "a group must have at least 1 member, had 0; give it Arguments");
    }
    for (Arguments member : members) {
      checkGiven(builder.name, "group member", member);
    }
    builder.members = members.clone();
    builder.group = true;
    return new Task(builder);
  }

  /// The same work under another name, for errors, events and diagnoses.
  ///
  /// @throws InvalidTaskException if it is null or blank
  public Task named(String newName) {
    Builder next = new Builder(this);
    next.name = Names.checked("a task", newName);
    return new Task(next);
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
    return withArguments(onlyMember("tensors").with(name, access, refs));
  }

  /// Adds a whole number; after the tensors. The kernel gets it by [KernelContext#scalarLong].
  ///
  /// @throws InvalidTaskException if there are more than 1,024, or for a group
  public Task scalar(long value) {
    return withArguments(onlyMember("scalars").withScalar(name, value));
  }

  /// Adds a real number; after the tensors. The kernel gets it by [KernelContext#scalarDouble].
  ///
  /// @throws InvalidTaskException if there are more than 1,024, or for a group
  public Task scalar(double value) {
    return withArguments(onlyMember("scalars").withScalar(name, value));
  }

  private Arguments onlyMember(String what) {
    if (group || kind == Kind.ALLOC) {
      throw new InvalidTaskException(
          name,
          what
              + (group
                  ? " can't be added to a group; give them to its members"
                  : " can't be added to an alloc; add them to a task that follows"));
    }
    return members[0];
  }

  private Task withArguments(Arguments arguments) {
    Builder next = new Builder(this);
    next.members = new Arguments[] {arguments};
    return new Task(next);
  }

  /// The result holds these until it is closed; each must be named by the task before, the same tensor
  /// or an equal slice.
  ///
  /// @throws InvalidTaskException if one is null or not named
  public Task yields(TensorRef... refs) {
    checkGiven(name, "tensors of yields(...)", refs);
    for (TensorRef ref : refs) {
      checkGiven(name, "a tensor of yields(...)", ref);
      if (!names(ref)) {
        throw notNamed("yields", ref, "the same tensor or slice");
      }
    }
    Builder next = new Builder(this);
    next.yielded = appended(yielded, refs);
    return new Task(next);
  }

  private boolean names(TensorRef ref) {
    return anyArgument(argument -> argument.ref().equals(ref));
  }

  private boolean anyArgument(Predicate<Argument> matches) {
    for (Arguments member : members) {
      for (int i = 0; i < member.tensorCount(); i++) {
        if (matches.test(member.tensor(i))) {
          return true;
        }
      }
    }
    return false;
  }

  private InvalidTaskException notNamed(String method, TensorRef ref, String what) {
    return new InvalidTaskException(
        name,
        method + "(...) must name what the task names, was " + ref + "; name " + what + " first");
  }

  /// This task's use of these tensors, whole or in part, is the last: their bytes need not wait for
  /// the scope's end, and a later reader is refused.
  ///
  /// @throws InvalidTaskException if one is null, not named by the task before, or user-owned
  public Task lastUse(Tensor... tensors) {
    checkGiven(name, "tensors of lastUse(...)", tensors);
    for (Tensor tensor : tensors) {
      checkGiven(name, "a tensor of lastUse(...)", tensor);
      checkLastUse(tensor);
    }
    Builder next = new Builder(this);
    next.lastUses = appended(lastUses, tensors);
    return new Task(next);
  }

  private void checkLastUse(Tensor tensor) {
    if (tensor.isUserOwned()) {
      throw new InvalidTaskException(
          name,
          "lastUse(...) must name tensors of the heap, was "
              + tensor
              + ", which is user-owned; close it instead");
    }
    if (!anyArgument(argument -> argument.ref().tensor() == tensor)) {
      throw notNamed("lastUse", tensor, "it or a slice of it");
    }
  }

  /// Waits for these tasks too, which the same run has admitted before; fails if one failed.
  ///
  /// Each must be the very object that was submitted: a task made from it by another method is another
  /// task.
  ///
  /// @throws InvalidTaskException if one is null
  public Task after(Task... others) {
    checkGiven(name, "tasks of after(...)", others);
    TaskTicket[] tickets = new TaskTicket[others.length];
    for (int i = 0; i < others.length; i++) {
      checkGiven(name, "a task of after(...)", others[i]);
      tickets[i] = others[i].ticket();
    }
    Builder next = new Builder(this);
    next.predecessors = appended(predecessors, tickets);
    return new Task(next);
  }

  /// Runs on the pool of this name, on any worker of it.
  ///
  /// @throws InvalidTaskException if the name is null or blank, or the task is an alloc
  public Task on(String poolName) {
    return placed(poolName, ANY_WORKER);
  }

  /// Runs on exactly these workers of that pool, from 0: one for each member, no two the same.
  ///
  /// @throws InvalidTaskException if the name is null or blank, if there are not as many workers as
  ///     members, if one is negative, or the task is an alloc
  public Task on(String poolName, int... exactWorkers) {
    checkGiven(name, "exact workers", exactWorkers);
    if (exactWorkers.length != members.length) {
      throw new InvalidTaskException(
          name,
          "needs one exact worker for each of its %d member(s), was given %d; give as many"
              .formatted(members.length, exactWorkers.length));
    }
    for (int worker : exactWorkers) {
      checkWorker(worker);
    }
    return placed(poolName, exactWorkers.clone());
  }

  private void checkWorker(int worker) {
    if (worker < 0) {
      throw new InvalidTaskException(
          name,
          "an exact worker must be at least 0, was " + worker + "; use on(pool) for any worker");
    }
  }

  private Task placed(String poolName, int[] exactWorkers) {
    if (kind == Kind.ALLOC) {
      throw new InvalidTaskException(name, "an alloc runs on no worker; leave on(...) out");
    }
    Builder next = new Builder(this);
    next.pool = Names.checkedPool(name, poolName);
    next.workers = exactWorkers;
    return new Task(next);
  }

  private static <T> T[] appended(T[] some, T[] more) {
    T[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  @SuppressWarnings("ConstantValue")
  private static void checkGiven(String taskName, String what, @Nullable Object given) {
    if (given == null) {
      throw new InvalidTaskException(taskName, what + " must not be null");
    }
  }

  /// What kind of node it becomes.
  public Kind kind() {
    return kind;
  }

  /// For errors, events and diagnoses; need not be unique.
  public String name() {
    return name;
  }

  /// What is called for each member; does nothing for an alloc.
  public Kernel kernel() {
    return kernel;
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
    return List.of(yielded);
  }

  /// The tensors whose last use this is.
  public List<Tensor> lastUses() {
    return List.of(lastUses);
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

  TaskTicket ticket() {
    TaskTicket known = ticket;
    if (known != null) {
      return known;
    }
    TaskTicket fresh = new TaskTicket(name);
    Object before = TICKET.compareAndExchange(this, null, fresh);
    return before == null ? fresh : (TaskTicket) before;
  }

  @Override
  public String toString() {
    return "task '" + name + "'";
  }

  /// A task that is not finished yet.
  private static final class Builder {
    final Kind kind;
    String name;
    final Kernel kernel;
    Arguments[] members = {Arguments.none()};
    boolean group;
    TensorRef[] yielded = NO_REFS;
    Tensor[] lastUses = NO_TENSORS;
    TaskTicket[] predecessors = NO_TASKS;
    @Nullable String pool;
    int[] workers = ANY_WORKER;

    Builder(Kind kind, String name, Kernel kernel) {
      this.kind = kind;
      this.name = Names.checked("a task", name);
      checkGiven(this.name, "kernel", kernel);
      this.kernel = kernel;
    }

    Builder(Task from) {
      this.kind = from.kind;
      this.name = from.name;
      this.kernel = from.kernel;
      this.members = from.members;
      this.group = from.group;
      this.yielded = from.yielded;
      this.lastUses = from.lastUses;
      this.predecessors = from.predecessors;
      this.pool = from.pool;
      this.workers = from.workers;
    }
  }
}
