package io.sluice.task;

import io.sluice.error.InvalidTaskException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A description of work: a kernel, the tensors that it touches with their [Access], scalars, and
/// what its result yields. Immutable: each method returns another task.
///
/// ```java
/// Task.call("gray", Gray::kernel).in(rgb).out(gray).scalar(0.5).yields(gray)
/// ```
///
/// It does nothing until a run admits it. The same task may be admitted more than once; for
/// [#after] the newest admission of the run counts.
public final class Task {
  private static final TensorRef[] NO_REFS = {};
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
  private final TensorRef[] lastUses;
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

  /// A task that calls `kernel`.
  public static Task call(String name, Kernel kernel) {
    return new Task(new Builder(Kind.CALL, name, kernel));
  }

  /// A task that fills `ref` (`OUT`) with what `writer` writes, on the runtime's loader threads.
  public static Task fill(TensorRef ref, TensorWriter writer) {
    checkGiven("fill", "writer", writer);
    return call("fill", context -> writer.write(context.tensor(0))).out(ref).on(Pools.LOADER);
  }

  /// A task that gives `tensor` a slab without running anything. Later tasks write it in place,
  /// whole or in slices; its bytes stay until the scope ends and its users are done.
  public static Task alloc(Tensor tensor) {
    if (tensor.isUserOwned()) {
      throw new InvalidTaskException("alloc", tensor + " is user-owned and has storage; name it");
    }
    Builder builder = new Builder(Kind.ALLOC, "alloc", context -> {});
    builder.members = new Arguments[] {Arguments.none().out(tensor)};
    return new Task(builder);
  }

  /// A task of several members that run side by side on as many workers of one pool; one node of
  /// the graph, complete when all are.
  public static Task group(String name, Kernel kernel, Arguments... members) {
    Builder builder = new Builder(Kind.CALL, name, kernel);
    if (members.length == 0) {
      throw new InvalidTaskException(builder.name, "a group must have at least 1 member, had 0");
    }
    for (Arguments member : members) {
      checkGiven(builder.name, "group member", member);
    }
    builder.members = members.clone();
    builder.group = true;
    return new Task(builder);
  }

  /// The same work under another name, for errors, events and diagnoses.
  public Task named(String newName) {
    Builder next = new Builder(this);
    next.name = Names.checked("task", newName);
    return new Task(next);
  }

  public Task in(TensorRef... refs) {
    return with(Access.IN, refs);
  }

  public Task out(TensorRef... refs) {
    return with(Access.OUT, refs);
  }

  public Task inout(TensorRef... refs) {
    return with(Access.INOUT, refs);
  }

  public Task outExisting(TensorRef... refs) {
    return with(Access.OUT_EXISTING, refs);
  }

  public Task noDep(TensorRef... refs) {
    return with(Access.NO_DEP, refs);
  }

  private Task with(Access access, TensorRef[] refs) {
    return withArguments(onlyMember("tensors").with(name, access, refs));
  }

  public Task scalar(long value) {
    return withArguments(onlyMember("scalars").withScalar(name, value));
  }

  public Task scalar(double value) {
    return withArguments(onlyMember("scalars").withScalar(name, value));
  }

  private Arguments onlyMember(String what) {
    if (group || kind == Kind.ALLOC) {
      throw new InvalidTaskException(
          name,
          what + " can't be added to " + (group ? "a group; give them to its members" : "it"));
    }
    return members[0];
  }

  private Task withArguments(Arguments arguments) {
    Builder next = new Builder(this);
    next.members = new Arguments[] {arguments};
    return new Task(next);
  }

  /// The result holds these until it is closed; each must be named by the task, as it is here.
  public Task yields(TensorRef... refs) {
    Builder next = new Builder(this);
    next.yielded = appended(yielded, named("yields", refs));
    return new Task(next);
  }

  /// This task's use of these tensors is the last: their bytes need not wait for the scope's end,
  /// and a later reader is refused.
  public Task lastUse(Tensor... tensors) {
    Builder next = new Builder(this);
    next.lastUses = appended(lastUses, named("lastUse", tensors));
    return new Task(next);
  }

  private TensorRef[] named(String what, TensorRef[] refs) {
    for (TensorRef ref : refs) {
      checkGiven(name, what + " tensor", ref);
      if (!names(ref)) {
        throw new InvalidTaskException(
            name,
            what + "(" + ref + ") must be a tensor or slice that the task names; name it first");
      }
    }
    return refs;
  }

  private boolean names(TensorRef ref) {
    for (Arguments member : members) {
      for (int i = 0; i < member.tensorCount(); i++) {
        if (member.tensor(i).ref().equals(ref)) {
          return true;
        }
      }
    }
    return false;
  }

  /// Waits for these tasks too, which the same run has admitted before; fails if one failed.
  public Task after(Task... others) {
    TaskTicket[] tickets = new TaskTicket[others.length];
    for (int i = 0; i < others.length; i++) {
      checkGiven(name, "after task", others[i]);
      tickets[i] = others[i].ticket();
    }
    Builder next = new Builder(this);
    next.predecessors = appended(predecessors, tickets);
    return new Task(next);
  }

  /// Runs on the pool of this name.
  public Task on(String poolName) {
    Builder next = new Builder(this);
    next.pool = Names.checked("pool of task '" + name + "'", poolName);
    next.workers = ANY_WORKER;
    return new Task(next);
  }

  /// Runs on exactly these workers of that pool, from 0: one for each member.
  public Task on(String poolName, int... exactWorkers) {
    if (exactWorkers.length != members.length) {
      throw new InvalidTaskException(
          name,
          "needs one exact worker for each of its %d member(s), was given %d"
              .formatted(members.length, exactWorkers.length));
    }
    Builder next = new Builder(this);
    next.pool = Names.checked("pool of task '" + name + "'", poolName);
    next.workers = exactWorkers.clone();
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

  public Kind kind() {
    return kind;
  }

  public String name() {
    return name;
  }

  public Kernel kernel() {
    return kernel;
  }

  public int memberCount() {
    return members.length;
  }

  public Arguments member(int index) {
    return members[index];
  }

  /// Whether it was made as a group, be it of one member.
  public boolean isGroup() {
    return group;
  }

  /// What the result yields.
  public List<TensorRef> yielded() {
    return List.of(yielded);
  }

  public List<TensorRef> lastUses() {
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

  /// The exact worker of a member, or -1 for any.
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
    TensorRef[] lastUses = NO_REFS;
    TaskTicket[] predecessors = NO_TASKS;
    @Nullable String pool;
    int[] workers = ANY_WORKER;

    Builder(Kind kind, String name, Kernel kernel) {
      this.kind = kind;
      this.name = Names.checked("task", name);
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
