package io.sluice.task;

import io.sluice.error.TensorInUseException;
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
public final class UserTensor extends Tensor implements AutoCloseable {
  private static final long USER_INSIDE = -1;
  private static final long CLOSED = -2;

  private final Storage storage;

  /// Tasks and results that hold it, or one of the two marks above.
  private final AtomicLong users = new AtomicLong();

  UserTensor(@Nullable String name, DType dtype, Shape shape, Storage storage) {
    super(name, dtype, shape, true);
    this.storage = storage;
  }

  /// Lends the bytes to `reader` on the calling thread; the view ends with the call.
  ///
  /// @throws TensorInUseException while an admitted task or an open result holds the tensor
  public <R> R read(Function<? super TensorView, ? extends R> reader) {
    enter("read");
    try {
      return storage.lend(this, false, reader);
    } finally {
      users.set(0);
    }
  }

  /// Lends the bytes to `writer` on the calling thread; the view ends with the call.
  ///
  /// @throws TensorInUseException while an admitted task or an open result holds the tensor
  public void write(Consumer<? super TensorView> writer) {
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
      users.set(0);
    }
  }

  private void enter(String verb) {
    if (!users.compareAndSet(0, USER_INSIDE)) {
      throw new TensorInUseException(
          this + " can't be " + verb + " now: " + occupant() + "; wait for the run's end");
    }
  }

  private String occupant() {
    long now = users.get();
    if (now == CLOSED) {
      return "it is closed";
    }
    return now == USER_INSIDE
        ? "another thread of the user is inside"
        : now + " admitted task(s) or open result(s) hold it";
  }

  /// Declares what failed tasks left in it fit to be read, for tasks admitted from here on.
  public void acceptAsIs() {
    storage.acceptAsIs(this);
  }

  /// Gives the segment back. Idempotent.
  ///
  /// @throws TensorInUseException while an admitted task or an open result holds the tensor
  @Override
  public void close() {
    if (users.get() == CLOSED) {
      return;
    }
    enter("closed");
    users.set(CLOSED);
    storage.close(this);
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

  /// The segment behind user-owned tensors; implemented by the runtime.
  public interface Storage {
    /// Runs `user` over a view of the bytes that ends with the call.
    <R> R lend(UserTensor tensor, boolean writable, Function<? super TensorView, ? extends R> user);

    /// Lifts the poison, at this place in the order of admission.
    void acceptAsIs(UserTensor tensor);

    /// Frees the bytes; called once.
    void close(UserTensor tensor);
  }
}
