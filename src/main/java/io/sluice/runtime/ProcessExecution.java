package io.sluice.runtime;

import static io.sluice.task.KernelContext.TRACE_PARENT;

import io.sluice.engine.Slot;
import io.sluice.engine.Version;
import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.Arguments;
import io.sluice.task.LibraryKernel;
import io.sluice.task.Shape;
import io.sluice.task.TaskInternals;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import io.sluice.worker.WorkerIdentity;
import io.sluice.worker.process.FrameWriter;
import io.sluice.worker.process.FrameWriter.TensorPlace;
import io.sluice.worker.process.FrameWriter.TensorUse;
import io.sluice.worker.process.RemoteCall;
import io.sluice.worker.process.RemoteWork;
import org.jspecify.annotations.Nullable;

/// One attempt at one member of a task that runs in another process: written into a frame there, and told
/// what came of it.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `remote` | who dispatches | volatile: who stops it looks for it, having said so first |
/// | what came of it | the thread that reports it, before it posts | plain; the sink publishes |
final class ProcessExecution extends Execution implements RemoteWork {
  private static final int HEAP = 0;

  private volatile @Nullable RemoteCall remote;

  /// What the kernel threw, as it was told.
  private @Nullable Throwable told;

  ProcessExecution(Shell shell, Slot slot, int member, int worker) {
    super(shell, slot, member, worker);
  }

  @Override
  public String taskName() {
    return slot.task().name();
  }

  @Override
  public void accepted(RemoteCall newCall) {
    remote = newCall;
  }

  @Override
  public void runOn(WorkerIdentity identity) {
    throw new IllegalStateException(slot + " runs in another process; this is a bug in Sluice");
  }

  @Override
  public void describe(FrameWriter frame) {
    Arguments arguments = slot.task().member(member);
    LibraryKernel kernel = (LibraryKernel) slot.task().kernel();
    frame.task(
        slot.id(), slot.task().name(), kernel.number(), member, slot.task().memberCount(), attempt);
    frame.trace(traceParent());
    for (int i = 0; i < arguments.tensorCount(); i++) {
      describeTensor(frame, arguments.tensor(i), i);
    }
    for (int i = 0; i < arguments.scalarCount(); i++) {
      if (arguments.scalarValue(i) instanceof Long whole) {
        frame.scalar(whole.longValue());
      } else {
        frame.scalar(((Double) arguments.scalarValue(i)).doubleValue());
      }
    }
  }

  /// The context is a user's; a task without a trace is better than none.
  private @Nullable String traceParent() {
    try {
      return SourceListener.of(slot).currentContext().getOrDefault(TRACE_PARENT, null)
              instanceof String trace
          ? trace
          : null;
    } catch (RuntimeException broken) {
      return null;
    }
  }

  private void describeTensor(FrameWriter frame, Argument argument, int index) {
    Version version = slot.version(member, index);
    Tensor tensor = version.tensor();
    Shape shape = tensor.shape();
    boolean isFresh = slot.isFresh(member, index);
    frame.tensor(
        tensor.dtype(),
        shape,
        isFresh ? shape.extent(0) : version.rows(),
        isFresh ? tensor.box() : argument.ref().box(),
        placeOf(version),
        new TensorUse(
            isFresh || argument.access() != Access.IN,
            isFresh && tensor.isZeroed(),
            isFresh && tensor.isAtMost()));
  }

  private static TensorPlace placeOf(Version version) {
    return version.tensor() instanceof UserTensor user
        ? ((UserSegment) TaskInternals.storage(user)).place()
        : new TensorPlace(version.offsetBytes(), HEAP, 0, 0);
  }

  @Override
  public boolean isTimed() {
    return slot.task().timeoutNs() > 0;
  }

  @Override
  public void handedOver() {
    shell.post(engine -> engine.attemptStarted(slot, attempt));
  }

  @Override
  public void stopped() {
    cancelled = true;
  }

  @Override
  public void completed(long ranForNs, long @Nullable [] rows) {
    if (rows != null) {
      checkRows(rows);
    }
    ranFor(ranForNs);
    usedRows = rows;
  }

  /// The kernel's own process has checked them; but what it wrote may be anything.
  private void checkRows(long[] rows) {
    Arguments arguments = slot.task().member(member);
    if (rows.length != arguments.tensorCount()) {
      throw new IllegalArgumentException("it told rows of " + rows.length + " tensors");
    }
    for (int i = 0; i < rows.length; i++) {
      Tensor tensor = arguments.tensor(i).ref().tensor();
      boolean mayBeSaid = tensor.isAtMost() && slot.isFresh(member, i);
      if (rows[i] >= 0 && !(mayBeSaid && rows[i] <= tensor.shape().extent(0))) {
        throw new IllegalArgumentException("it told " + rows[i] + " rows of " + tensor);
      }
    }
  }

  @Override
  public void failed(long ranForNs, Throwable error) {
    ranFor(ranForNs);
    told = error;
  }

  /// A report: so this is where the filter of retries is asked, which may take long.
  @Override
  public void afterRun(WorkerIdentity identity) {
    if (told != null) {
      noteFailure(told);
    }
    super.afterRun(identity);
  }

  /// The child tells how long, and not when: it has ended at the latest by now.
  private void ranFor(long ranForNs) {
    startedNs = System.nanoTime() - ranForNs;
    runTimeNs = ranForNs;
    ranOn = worker;
  }

  @Override
  void requestStop() {
    super.requestStop();
    stop(false);
  }

  @Override
  void interrupt() {
    super.requestStop();
    stop(true);
  }

  private void stop(boolean interrupt) {
    RemoteCall call = remote;
    if (call != null) {
      call.stop(interrupt);
    }
  }

  /// Kills the process that is inside the kernel. Its end is reported when it was reaped, which frees the
  /// worker; until then nobody takes its place.
  @Override
  void replaceWorker() {
    RemoteCall call = remote;
    if (call != null) {
      call.kill("was killed: task '" + slot.task().name() + "' was given up");
    }
  }
}
