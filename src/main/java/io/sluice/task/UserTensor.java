package io.sluice.task;

import io.sluice.error.TensorInUseException;
import io.sluice.error.TensorUnavailableException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A tensor that the user owns: it lives outside the heap, in a segment of its own, from its
/// creation on the runtime until [#close()]. It survives a drain.
///
/// The user fills and reads it while no admitted task names it and no open result holds it; else
/// [TensorInUseException]. Tasks that name it while the user is inside [#read] or [#write] are
/// refused with the same error.
///
/// ```
///   n tasks and results <--> free <--> user inside
///                             |
///                             v
///                           closed
/// ```
///
/// **Threads.** Any; one user at a time is inside. When the runtime is disposed of, the bytes go.
public final class UserTensor extends Tensor implements AutoCloseable {
  private static final long FREE = 0;
  private static final long USER_INSIDE = -1;
  private static final long CLOSED = -2;

  private final Storage storage;

  /// How many tasks and results hold it, or one of the marks above.
  private final AtomicLong users = new AtomicLong();

  UserTensor(@Nullable String name, DType dtype, Shape shape, Storage storage) {
    super(name, dtype, shape, true, false);
    this.storage = storage;
  }

  /// Lends the bytes to `reader` on the calling thread; the view ends with the call. What the reader
  /// throws is thrown.
  ///
  /// @throws TensorInUseException while an admitted task or an open result holds the tensor, or another
  ///     call of [#read] or [#write] is inside
  /// @throws TensorUnavailableException if it is closed
  public <R> R read(Function<? super TensorView, ? extends R> reader) {
    Objects.requireNonNull(reader, "reader");
    enter("read");
    try {
      return storage.lend(this, false, reader);
    } finally {
      users.set(FREE);
    }
  }

  /// Lends the bytes to `writer` on the calling thread; the view ends with the call. What the writer
  /// throws is thrown; what it wrote stays.
  ///
  /// @throws TensorInUseException while an admitted task or an open result holds the tensor, or another
  ///     call of [#read] or [#write] is inside
  /// @throws TensorUnavailableException if it is closed
  public void write(Consumer<? super TensorView> writer) {
    Objects.requireNonNull(writer, "writer");
    enter("written");
    try {
      storage.lend(
          this,
          true,
          view -> {
            writer.accept(view);
            return this;
          });
    } finally {
      users.set(FREE);
    }
  }

  private void enter(String verb) {
    long now = users.compareAndExchange(FREE, USER_INSIDE);
    if (now == CLOSED) {
      throw new TensorUnavailableException(
          TensorUnavailableException.Reason.CLOSED,
          this + " can't be " + verb + ": it is closed; make another one");
    }
    if (now != FREE) {
      throw inUse(verb, now);
    }
  }

  private TensorInUseException inUse(String verb, long now) {
    String why =
        now == USER_INSIDE
            ? "a read(...) or write(...) of it is running; wait for its end"
            : now
                + " admitted task(s) or open result(s) hold it; wait for the run's end and close"
                + " its results";
    return new TensorInUseException(this + " can't be " + verb + " now: " + why);
  }

  /// Declares what failed tasks left in it fit to be read, for tasks admitted from here on: those that
  /// are submitted behind this call, on this thread or one that knows of it.
  public void acceptAsIs() {
    storage.acceptAsIs(this);
  }

  /// Gives the segment back. Does nothing the second time.
  ///
  /// @throws TensorInUseException while an admitted task or an open result holds the tensor, or a call
  ///     of [#read] or [#write] is inside
  @Override
  public void close() {
    long now = users.compareAndExchange(FREE, CLOSED);
    if (now == FREE) {
      storage.close(this);
    } else if (now != CLOSED) {
      throw inUse("closed", now);
    }
  }

  /// Whether it was closed.
  public boolean isClosed() {
    return users.get() == CLOSED;
  }

  Storage storage() {
    return storage;
  }

  /// Counts a task or result in; false if the user is inside or it is closed.
  boolean tryHold() {
    long now = users.get();
    while (now >= 0) {
      if (users.compareAndSet(now, now + 1)) {
        return true;
      }
      now = users.get();
    }
    return false;
  }

  void letGo() {
    users.decrementAndGet();
  }

  /// The segment behind user-owned tensors; implemented by the runtime. Internal: not for users.
  public interface Storage {
    /// Runs `user` over a view of the bytes that ends with the call.
    <R> R lend(UserTensor tensor, boolean writable, Function<? super TensorView, ? extends R> user);

    /// Lifts the poison, at this place in the order of admission.
    void acceptAsIs(UserTensor tensor);

    /// Frees the bytes; called once.
    void close(UserTensor tensor);
  }
}
