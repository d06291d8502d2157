package io.sluice.runtime;

import io.sluice.worker.WorkerPool;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one drain has to do outside: first hand tasks to workers, then the rest, in its order.
///
/// Written inside a drain, acted on behind it by the same thread; never shared.
///
/// **Bound.** An action may post, drain, and so act on what other threads have posted meanwhile, for
/// other subscribers, whose actions may do the same: without a bound the stack would grow with what
/// happens elsewhere. So at most [Nesting#MAX_DEPTH] outboxes of a thread are acted on inside each
/// other; the actions of further ones wait until the innermost of these is through. Tasks are handed to
/// workers at any depth: whoever blocks inside an action waits for no work that he keeps back.
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  /// Executions are linked through themselves: most drains bring one, and a list would cost more than
  /// all else here.
  private @Nullable Execution firstDispatch;

  private @Nullable Execution lastDispatch;

  private @Nullable WorkerPool watched;

  /// Made when the workers of a second pool are to be watched over.
  private @Nullable Set<WorkerPool> moreWatched;

  /// Most drains bring a delivery, a demand, or both: a list is made for the third.
  private @Nullable Runnable firstAction;

  private @Nullable Runnable secondAction;
  private @Nullable ArrayDeque<Runnable> moreActions;

  void dispatch(Execution execution) {
    if (lastDispatch == null) {
      firstDispatch = execution;
    } else {
      lastDispatch.nextDispatch = execution;
    }
    lastDispatch = execution;
  }

  /// Has somebody watch over the workers of this pool.
  void watch(WorkerPool pool) {
    if (watched == null) {
      watched = pool;
    } else if (!watched.equals(pool)) {
      addWatched(pool);
    }
  }

  private void addWatched(WorkerPool pool) {
    if (moreWatched == null) {
      moreWatched = new LinkedHashSet<>();
    }
    moreWatched.add(pool);
  }

  void add(Runnable action) {
    if (firstAction == null) {
      firstAction = action;
    } else if (secondAction == null) {
      secondAction = action;
    } else {
      addMore(action);
    }
  }

  private void addMore(Runnable action) {
    if (moreActions == null) {
      moreActions = new ArrayDeque<>();
    }
    moreActions.add(action);
  }

  /// Outside the drain. Each action is called, whatever another throws.
  void act() {
    Execution execution = firstDispatch;
    while (execution != null) {
      Execution next = execution.nextDispatch;
      execution.nextDispatch = null;
      execution.send();
      execution = next;
    }
    if (watched != null) {
      watchAll(watched);
    }
    if (firstAction != null) {
      Nesting.ofThread().act(this);
    }
    firstDispatch = null;
    lastDispatch = null;
  }

  /// Before any action: whoever blocks in one must not keep back a watch either.
  private void watchAll(WorkerPool first) {
    first.watch();
    if (moreWatched != null) {
      moreWatched.forEach(WorkerPool::watch);
    }
    watched = null;
    moreWatched = null;
  }

  private void callAll() {
    call(firstAction);
    call(secondAction);
    if (moreActions != null) {
      moreActions.forEach(Outbox::call);
    }
    forget();
  }

  /// The last outbox stays at hand until the next event comes, which may be long: it must not keep a
  /// subscriber that has left.
  private void forget() {
    firstAction = null;
    secondAction = null;
    moreActions = null;
  }

  private static void call(@Nullable Runnable action) {
    if (action == null) {
      return;
    }
    try {
      action.run();
    } catch (Throwable failure) {
      UserFault.log(LOG, "{} threw where it must not", "a subscriber, publisher or hook", failure);
    }
  }

  /// How many outboxes one thread is acting on now, one inside the other.
  static final class Nesting {
    static final int MAX_DEPTH = 8;

    private static final ThreadLocal<Nesting> OF_THREAD = ThreadLocal.withInitial(Nesting::new);

    private final ArrayDeque<Outbox> waiting = new ArrayDeque<>();
    private int depth;

    static Nesting ofThread() {
      return OF_THREAD.get();
    }

    void act(Outbox outbox) {
      if (depth == MAX_DEPTH) {
        waiting.add(outbox);
        return;
      }
      depth++;
      try {
        actAtDepth(outbox);
      } finally {
        depth--;
      }
    }

    /// At the bound, what has been put off meanwhile follows; above it there is nothing.
    private void actAtDepth(Outbox outbox) {
      outbox.callAll();
      for (Outbox next = waiting.poll(); next != null; next = waiting.poll()) {
        next.callAll();
      }
    }
  }
}
