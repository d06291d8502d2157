package io.sluice.worker;

import org.jspecify.annotations.Nullable;

/// Which worker a thread is.
///
/// @param pool the name of its pool
/// @param index its number in the pool, from 0
/// @param name both together, such as `cpu-3`; its thread is called `sluice-cpu-3`
public record WorkerIdentity(String pool, int index, String name) {

  private static final ThreadLocal<@Nullable WorkerIdentity> CURRENT = new ThreadLocal<>();

  WorkerIdentity(String pool, int index) {
    this(pool, index, pool + "-" + index);
  }

  /// The worker that the calling thread is, of whichever runtime, or null if it is none.
  public static @Nullable WorkerIdentity current() {
    return CURRENT.get();
  }

  /// Whether the calling thread is a worker of any runtime. A worker that can ask is a busy one.
  public static boolean isWorkerThread() {
    return CURRENT.get() != null;
  }

  void bindToThread() {
    CURRENT.set(this);
  }

  static void unbindFromThread() {
    CURRENT.remove();
  }
}
