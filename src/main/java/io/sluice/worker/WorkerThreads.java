package io.sluice.worker;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.NonBlocking;

/// Makes the threads of one pool.
///
/// A thread starts on whoever hands over the first item, and must not inherit from them: neither
/// thread-locals, nor priority, nor class loader, which is that of who made the pool.
final class WorkerThreads {
  private final ThreadKind kind;
  private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();

  WorkerThreads(ThreadKind kind) {
    this.kind = kind;
  }

  Thread newThread(String workerName, Runnable loop) {
    Thread thread = unstarted("sluice-" + workerName, loop);
    thread.setContextClassLoader(loader);
    return thread;
  }

  private Thread unstarted(String name, Runnable loop) {
    return switch (kind) {
      case COMPUTE -> platform(new ComputeThread(name, loop));
      case BLOCKING -> platform(new Thread(null, loop, name, 0, false));
      case VIRTUAL ->
          Thread.ofVirtual().name(name).inheritInheritableThreadLocals(false).unstarted(loop);
    };
  }

  @SuppressWarnings("ThreadPriorityCheck") // Normal priority, instead of an heirloom.
  private static Thread platform(Thread thread) {
    thread.setDaemon(true);
    thread.setPriority(Thread.NORM_PRIORITY);
    return thread;
  }

  private static final class ComputeThread extends Thread implements NonBlocking {
    ComputeThread(String name, Runnable loop) {
      super(null, loop, name, 0, false);
    }
  }
}
