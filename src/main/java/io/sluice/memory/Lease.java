package io.sluice.memory;

import io.sluice.error.ResultClosedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The time for which views are lent: open until it is closed, once and for good.
///
/// All views of one kernel call, or of one result, share a lease. It is closed before their slab is
/// given to anyone else. That makes a read safe which races with the close: it reads the bytes,
/// then looks whether the lease was open all the while, and else throws what it read away.
///
/// ```
///   reader:  value = bytes        closer:  open = false
///            acquire fence                 release fence
///            open?                         slab is given away ─▶ next owner writes bytes
/// ```
///
/// A reader that saw the next owner's bytes thus sees `open == false` behind its fence.
///
/// **Lent to one thread.** A fence at each element costs a loop its vectorisation. A kernel's lease
/// ends only after the kernel returned, so on the kernel's own thread, in the order of its program:
/// there the flag is a plain field, which the compiler lifts out of loops. Other threads to which
/// the kernel leaked its view take the fenced way.
///
/// **Written by any thread.** A write can't be taken back. Where the one who closes is not the one who
/// writes, as with a kernel that was cancelled on another thread, accesses are counted
/// ([#counted]), and the lease's end waits for those that are inside.
///
/// | field | owner | access mode |
/// | --- | --- | --- |
/// | `open` | whoever closes, once | plain on `thread`; opaque and fences elsewhere |
public class Lease implements AutoCloseable {
  private static final VarHandle OPEN;

  static {
    try {
      OPEN = MethodHandles.lookup().findVarHandle(Lease.class, "open", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Supplier<String> ended;
  private final @Nullable Thread thread;
  private boolean open = true;

  Lease(@Nullable Thread thread, Supplier<String> ended) {
    this.thread = thread;
    this.ended = ended;
  }

  /// A lease that any thread may close while others read.
  ///
  /// @param ended what an access behind its end is told: names the task and what to do instead
  public static Lease shared(Supplier<String> ended) {
    return new Lease(null, ended);
  }

  /// A lease that is closed only when `thread` has returned from the code it was lent to.
  ///
  /// @param ended what an access behind its end is told: names the task and what to do instead
  public static Lease toThread(Thread thread, Supplier<String> ended) {
    return new Lease(thread, ended);
  }

  /// A lease under which any thread may write, while any thread ends it.
  ///
  /// @param ended what an access behind its end is told: names the task and what to do instead
  /// @param afterLast called once, when it was closed and the last access has left: nobody touches the
  ///     bytes any more. On the thread that closes, or that leaves
  public static Lease counted(Supplier<String> ended, Runnable afterLast) {
    return new CountedLease(ended, afterLast);
  }

  public final boolean isOpen() {
    return (boolean) OPEN.getOpaque(this);
  }

  /// Ends it. Idempotent.
  @Override
  public void close() {
    OPEN.setOpaque(this, false);
    VarHandle.releaseFence();
  }

  /// Right before bytes are written or lent, and behind all checks; [#leave] follows. Nothing to do
  /// where only the one who writes ends the lease.
  void enter() {}

  void leave() {}

  /// Whether it was lent to one thread.
  boolean isToThread() {
    return thread != null;
  }

  /// Whether the calling thread is the one it was lent to.
  final boolean isLentHere() {
    return thread == Thread.currentThread();
  }

  /// Whether it is open, for the thread it was lent to.
  final boolean isOpenHere() {
    return open;
  }

  /// Before an access on any thread: fails if the lease has ended.
  void checkOpen() {
    if (!isOpen()) {
      throw failure();
    }
  }

  /// After bytes were read: fails if the lease has ended meanwhile, so that they may be another's.
  void checkAfterRead() {
    VarHandle.acquireFence();
    if (!isOpen()) {
      throw failure();
    }
  }

  /// What an access behind the end gets.
  final ResultClosedException failure() {
    return new ResultClosedException(ended.get());
  }

  /// What an access gets that failed with `cause`: the region may go as soon as the lease has ended,
  /// so that a racing reader finds it unmapped.
  final RuntimeException failure(RuntimeException cause) {
    return isOpen() || cause instanceof ResultClosedException ? cause : failure();
  }
}
