package io.sluice.runtime;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one drain has to do outside: first hand tasks to workers, then the rest, in its order.
///
/// Written inside a drain, acted on behind it by the same thread; never shared.
final class Outbox {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

  private final List<Execution> dispatches = new ArrayList<>(2);
  private final List<Runnable> actions = new ArrayList<>(2);

  void dispatch(Execution execution) {
    dispatches.add(execution);
  }

  void add(Runnable action) {
    actions.add(action);
  }

  /// Outside the drain. Each action is called, whatever another throws.
  void act() {
    for (Execution execution : dispatches) {
      execution.send();
    }
    for (Runnable action : actions) {
      call(action);
    }
  }

  private static void call(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      LOG.error("a subscriber, publisher or hook threw where it must not", failure);
    }
  }
}
