package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Slot;
import io.sluice.engine.Version;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.ResultClosedException;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.memory.Lease;
import io.sluice.task.Task;
import io.sluice.task.TaskId;
import io.sluice.task.TaskResult;
import io.sluice.task.TensorRef;
import io.sluice.task.TensorView;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.ContextView;

/// A task's result in a user's hands. If it yields, its bytes are lent until it is closed.
final class LentResult implements TaskResult {
  private static final Logger LOG = LoggerFactory.getLogger(LentResult.class);

  private final Slot slot;

  /// Null if it yields nothing.
  private final @Nullable Loan loan;

  LentResult(Shell shell, Slot slot) {
    this.slot = slot;
    this.loan = slot.yields() ? new Loan(shell, slot) : null;
  }

  @Override
  public Task task() {
    return slot.task();
  }

  @Override
  public TaskId taskId() {
    return slot.id();
  }

  @Override
  public long runTimeNs() {
    return slot.runTimeNs();
  }

  @Override
  public ContextView contextView() {
    return SourceListener.of(slot).currentContext();
  }

  @Override
  public TensorView view(TensorRef ref) {
    List<TensorRef> yielded = task().yielded();
    int place = yielded.indexOf(ref);
    if (place < 0) {
      throw new InvalidTaskException(
          task().name(), "its result does not yield " + ref + "; add yields(...) to the task");
    }
    Loan open = Objects.requireNonNull(loan);
    Version version = open.version(place);
    open.touched("viewed ", ref);
    return open.shell.views().of(version, ref.box(), false, open.lease);
  }

  /// What `reader` makes of it. It is closed then, whatever the reader does.
  <R> R read(Function<? super TaskResult, ? extends R> reader) {
    try (this) {
      return Objects.requireNonNull(
          reader.apply(this),
          () -> "the reader of %s returned null; it must return a value".formatted(slot));
    }
  }

  @Override
  public TaskResult touch(Object hint) {
    if (loan != null) {
      loan.touched("touched: ", hint);
    }
    return this;
  }

  @Override
  public boolean isClosed() {
    return loan != null && !loan.lease.isOpen();
  }

  @Override
  public void close() {
    if (loan != null) {
      var _ = loan.end();
    }
  }

  /// Closes it unseen, since `subscriber` won't take it, and tells that one's `onDiscard` hook.
  void discard(CoreSubscriber<?> subscriber) {
    try (this) {
      Operators.onDiscard(this, subscriber.currentContext());
    } catch (Throwable broken) {
      UserFault.log(LOG, "the onDiscard hook for the {}, or its context, threw", this, broken);
    }
  }

  /// What the leak watch needs to end the loan of a result that is gone; null if it yields nothing.
  @Nullable Loan loan() {
    return loan;
  }

  @Override
  public String toString() {
    return "result of " + slot + (isClosed() ? ", closed" : "");
  }

  /// The lease and the engine's hold behind it; does not refer to the result, so that the result can
  /// become unreachable while it is out.
  static final class Loan extends SinkEvent implements Supplier<String> {
    private static final AtomicIntegerFieldUpdater<Loan> ENDED =
        AtomicIntegerFieldUpdater.newUpdater(Loan.class, "ended");

    private final Shell shell;
    private final Slot slot;
    private final Lease lease;

    /// 1 from its end on.
    @SuppressWarnings("unused") // by its updater
    private volatile int ended;

    /// Set before the result is handed over, as is what follows: not where a reader has it.
    private boolean watched;

    /// Null if it is not sampled.
    private @Nullable TouchLog log;

    Loan(Shell shell, Slot slot) {
      this.shell = shell;
      this.slot = slot;
      this.lease = Lease.shared(this);
    }

    /// The watch has it from now on.
    void watch(@Nullable TouchLog newLog) {
      this.watched = true;
      this.log = newLog;
    }

    @Nullable TouchLog log() {
      return log;
    }

    private void touched(String how, Object hint) {
      TouchLog current = log;
      if (current != null) {
        current.add(how + hint);
      }
    }

    /// What an access behind its end is told.
    @Override
    public String get() {
      return "the result of " + slot + " is closed; read it before close(), or use a reader";
    }

    private Version version(int place) {
      Version version = slot.yieldedVersion(place);
      if (!lease.isOpen() || version == null) {
        throw new ResultClosedException(get());
      }
      if (shell.isReleased()) {
        throw new RuntimeDisposedException(
            "the bytes of the result of " + slot + " went with the runtime, which was disposed of");
      }
      return version;
    }

    /// Returns the bytes; true for the call that did it.
    boolean end() {
      if (!ENDED.compareAndSet(this, 0, 1)) {
        return false;
      }
      lease.close();
      if (watched) {
        shell.leakWatch().forget(this);
      }
      slot.letGoOfYieldedUserTensors();
      shell.sink().postWithNext(this);
      return true;
    }

    Slot slot() {
      return slot;
    }

    /// As the watch's map wants it: the JVM's own would be a call into it, and a mark on the object.
    @Override
    public int hashCode() {
      return Long.hashCode(slot.sequence());
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // one result, one loan
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    void apply(Engine engine) {
      engine.resultReturned(slot);
    }
  }
}
