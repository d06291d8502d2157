package io.sluice.runtime;

import io.sluice.engine.Slot;
import io.sluice.engine.Version;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.ResultClosedException;
import io.sluice.memory.Lease;
import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.TaskId;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import io.sluice.task.TensorView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/// One call of a kernel: its context, and the lease of its views, which ends with the call; of a
/// reactive kernel, with its `Mono`.
///
/// **Confinement.** The worker's thread, but for [#cancel()] and [#isCancelled()]. For a reactive kernel
/// any thread: its views are made beforehand, because who comes behind the end must not ask the slot.
final class KernelCall implements CalledKernel, AutoCloseable, Supplier<String> {
  private static final @Nullable TensorView[] NO_VIEWS = {};

  private final Shell shell;
  private final Slot slot;
  private final int member;
  private final int attempt;
  private final String workerName;
  private final Arguments arguments;
  private final Lease lease;
  private final @Nullable TensorView[] views;
  private volatile boolean cancelled;

  /// How many rows of each tensor were used, below 0 where nothing was said; null if nothing was said.
  private long @Nullable [] usedRows;

  KernelCall(Shell shell, Slot slot, int member, int attempt, String workerName) {
    this(shell, slot, member, attempt, workerName, null);
  }

  /// @param afterLast for a call that ends on any thread: called when it was closed and nobody is inside
  ///     a view any more
  KernelCall(
      Shell shell,
      Slot slot,
      int member,
      int attempt,
      String workerName,
      @Nullable Runnable afterLast) {
    this.shell = shell;
    this.slot = slot;
    this.member = member;
    this.attempt = attempt;
    this.workerName = workerName;
    this.arguments = slot.task().member(member);
    this.lease =
        afterLast == null
            ? Lease.toThread(Thread.currentThread(), this)
            : Lease.counted(this, afterLast);
    int count = arguments.tensorCount();
    this.views = count == 0 ? NO_VIEWS : new @Nullable TensorView[count];
  }

  /// What an access behind its end is told.
  @Override
  public String get() {
    return "the kernel of " + slot + " has ended; a view must not be kept";
  }

  void run() throws Exception {
    zeroFresh();
    try (var _ = ThreadLocals.set(SourceListener.of(slot))) {
      callKernel();
    }
  }

  private void callKernel() throws Exception {
    Surroundings surroundings = shell.surroundings();
    if (surroundings == null) {
      slot.task().kernel().run(this);
    } else {
      surroundings.call(this);
    }
  }

  @SuppressWarnings("ConstantValue")
  Mono<Void> begin() throws Exception {
    zeroFresh();
    for (int i = 0; i < views.length; i++) {
      views[i] = viewOf(i);
    }
    Surroundings surroundings = shell.surroundings();
    Mono<Void> work =
        surroundings == null
            ? Objects.requireNonNull(slot.task().reactiveKernel()).run(this)
            : surroundings.begin(this);
    if (work == null) {
      throw new NullPointerException(
          "the kernel of task '%s' returned null; it must return a Mono, Mono.empty() if there is nothing to wait for"
              .formatted(taskName()));
    }
    return work;
  }

  private void zeroFresh() {
    for (int i = 0; i < arguments.tensorCount(); i++) {
      Version version = slot.version(member, i);
      if (version.tensor().isZeroed() && slot.isFresh(member, i)) {
        shell.region().zero(version.offsetBytes(), version.tensor().byteSize());
      }
    }
  }

  @Override
  public Task task() {
    return slot.task();
  }

  @Override
  public @Nullable MemorySegment undefinedBytes(int argument) {
    Version version = slot.version(member, argument);
    return slot.isFresh(member, argument) && !version.tensor().isZeroed()
        ? shell.region().segment().asSlice(version.offsetBytes(), version.tensor().byteSize())
        : null;
  }

  void cancel() {
    cancelled = true;
  }

  @Override
  public void close() {
    lease.close();
  }

  @Override
  public TaskId taskId() {
    return slot.id();
  }

  @Override
  public String taskName() {
    return slot.task().name();
  }

  @Override
  public ContextView contextView() {
    return SourceListener.of(slot).currentContext();
  }

  @Override
  public int memberIndex() {
    return member;
  }

  @Override
  public int memberCount() {
    return slot.task().memberCount();
  }

  @Override
  public int attempt() {
    return attempt;
  }

  @Override
  public String workerName() {
    return workerName;
  }

  @Override
  public int tensorCount() {
    return arguments.tensorCount();
  }

  @Override
  public TensorView tensor(int index) {
    if (index < 0 || index >= views.length) {
      throw new IndexOutOfBoundsException(
          "%s names %d tensor(s), tensor(%d) was asked for".formatted(slot, views.length, index));
    }
    TensorView view = views[index];
    if (view == null) {
      view = viewOf(index);
      views[index] = view;
    }
    return view;
  }

  private TensorView viewOf(int index) {
    Argument argument = arguments.tensor(index);
    Version version = slot.version(member, index);
    return slot.isFresh(member, index)
        ? shell.views().fresh(version, lease)
        : shell.views().of(version, argument.ref().box(), argument.access() != Access.IN, lease);
  }

  @Override
  public TensorView tensor(TensorRef ref) {
    return tensor(placeOf(ref));
  }

  private int placeOf(TensorRef ref) {
    int named = -1;
    for (int i = 0; i < arguments.tensorCount(); i++) {
      Argument argument = arguments.tensor(i);
      if (argument.ref().equals(ref) && (named < 0 || argument.access().writes())) {
        named = i;
      }
    }
    if (named < 0) {
      throw new InvalidTaskException(
          taskName(),
          "its kernel asked for " + ref + ", which it does not name; name it with access");
    }
    return named;
  }

  @Override
  public void setRows(Tensor tensor, long rows) {
    setRows(placeOf(tensor), rows);
  }

  @Override
  public void setRows(int index, long rows) {
    if (!lease.isOpen()) {
      throw new ResultClosedException(get());
    }
    Tensor tensor = arguments.tensor(Objects.checkIndex(index, views.length)).ref().tensor();
    if (!tensor.isAtMost() || !slot.isFresh(member, index)) {
      throw new InvalidTaskException(
          taskName(),
          "its kernel sets the rows of %s; set those of a tensor with atMost() that it names OUT"
              .formatted(arguments.tensor(index)));
    }
    long most = tensor.shape().extent(0);
    if (rows < 0 || rows > most) {
      throw new InvalidTaskException(
          taskName(),
          "its kernel sets %d row(s) of %s; set 0 to %d, or give it a larger maximum"
              .formatted(rows, tensor, most));
    }
    usedRows()[index] = rows;
  }

  private long[] usedRows() {
    long[] rows = usedRows;
    if (rows == null) {
      rows = new long[views.length];
      Arrays.fill(rows, -1);
      usedRows = rows;
    }
    return rows;
  }

  /// What the kernel has said, once it has returned; null if nothing.
  long @Nullable [] saidRows() {
    return usedRows;
  }

  @Override
  public int scalarCount() {
    return arguments.scalarCount();
  }

  @Override
  public long scalarLong(int index) {
    if (scalar(index) instanceof Long value) {
      return value;
    }
    throw wrongScalar(index, "long", "double");
  }

  @Override
  public double scalarDouble(int index) {
    if (scalar(index) instanceof Double value) {
      return value;
    }
    throw wrongScalar(index, "double", "long");
  }

  private Object scalar(int index) {
    if (index < 0 || index >= arguments.scalarCount()) {
      throw new IndexOutOfBoundsException(
          "%s has %d scalar(s), scalar(%d) was asked for"
              .formatted(slot, arguments.scalarCount(), index));
    }
    return arguments.scalarValue(index);
  }

  private InvalidTaskException wrongScalar(int index, String asked, String given) {
    return new InvalidTaskException(
        taskName(),
        "scalar %d was given as a %s, asked for as a %s".formatted(index, given, asked));
  }

  @Override
  public boolean isCancelled() {
    return cancelled || shell.hasStopped(slot.run());
  }
}
