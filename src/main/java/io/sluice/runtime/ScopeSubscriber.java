package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import org.reactivestreams.Publisher;
import reactor.util.context.Context;

/// Takes publishers of tasks, each of which is a scope, as many as were asked for.
final class ScopeSubscriber extends CheckingSubscriber<Publisher<? extends Task>> {
  private final Shell shell;
  private final PublisherRun<?> run;

  private final ScopeTurns turns;

  ScopeSubscriber(Shell shell, PublisherRun<?> run, ScopeTurns turns) {
    super("scopes");
    this.shell = shell;
    this.run = run;
    this.turns = turns;
  }

  @Override
  public Context currentContext() {
    return run.currentContext();
  }

  @Override
  Object target() {
    return run;
  }

  @Override
  String publisherName() {
    return "the publisher of " + run;
  }

  @Override
  void take(Publisher<? extends Task> scope) {
    ScopeTurns.Arrival event = ScopeTurns.Arrival.of(turns, scope);
    if (event.mayWait()) {
      shell.sink().postWithNext(event);
    } else {
      shell.sink().post(event);
    }
  }

  @Override
  void publisherCompleted() {
    shell.post(turns::ended);
  }

  @Override
  void publisherFailed(Throwable error) {
    shell.post(engine -> applyFailure(engine, error));
  }

  private void applyFailure(Engine engine, Throwable error) {
    engine.recordFailure(run.run(), error);
    turns.ended(engine);
  }

  @Override
  void ruleBroken(UpstreamProtocolException error) {
    shell.post(engine -> engine.fail(run.run(), error));
  }
}
