package io.sluice.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one drain has to do outside: first hand tasks to workers, then the rest, in its order.
///
/// Written inside a drain, acted on behind it by the same thread; never shared.
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final int FIRST_CAPACITY = 4;

  /// Executions are linked through themselves: most drains bring one, and a list would cost more than
  /// all else here.
  private @Nullable Execution firstDispatch;

  private @Nullable Execution lastDispatch;

  /// Made when first needed: a drain in the middle of a chain only dispatches.
  private @Nullable List<Runnable> actions;

  void dispatch(Execution execution) {
    if (lastDispatch == null) {
      firstDispatch = execution;
    } else {
      lastDispatch.nextDispatch = execution;
    }
    lastDispatch = execution;
  }

  void add(Runnable action) {
    if (actions == null) {
      actions = new ArrayList<>(FIRST_CAPACITY);
    }
    actions.add(action);
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
    if (actions != null) {
      actions.forEach(Outbox::call);
    }
    forget();
  }

  /// The last outbox stays at hand until the next event comes, which may be long: it must not keep a
  /// subscriber that has left.
  private void forget() {
    firstDispatch = null;
    lastDispatch = null;
    actions = null;
  }

  private static void call(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      UserFault.log(LOG, "{} threw where it must not", "a subscriber, publisher or hook", failure);
    }
  }
}
