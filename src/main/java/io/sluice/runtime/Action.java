package io.sluice.runtime;

import io.sluice.engine.Engine;
import java.util.function.Consumer;

/// An event that is just something to tell the engine.
final class Action extends SinkEvent {
  private final Consumer<Engine> action;

  Action(Consumer<Engine> action) {
    this.action = action;
  }

  @Override
  void apply(Engine engine) {
    engine.catchUp();
    action.accept(engine);
  }
}
