package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import org.reactivestreams.Publisher;
import reactor.util.context.Context;

/// Takes publishers of tasks, one at a time: each is a scope, and the next is asked for when all tasks
/// of the one before are admitted. So the order of admission is the order of the stream.
final class ScopeSubscriber extends CheckingSubscriber<Publisher<? extends Task>> {
  private final Shell shell;
  private final PublisherRun<?> run;

  ScopeSubscriber(Shell shell, PublisherRun<?> run) {
    super("scopes");
    this.shell = shell;
    this.run = run;
  }

  /// Asks for the first scope, or the one behind that in hand, which is admitted.
  void next() {
    request(1);
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
    shell.post(engine -> run.openInner(engine, scope));
  }

  @Override
  void publisherCompleted() {
    shell.post(engine -> engine.noMoreSources(run.run()));
  }

  @Override
  void publisherFailed(Throwable error) {
    shell.post(engine -> applyFailure(engine, error));
  }

  private void applyFailure(Engine engine, Throwable error) {
    engine.recordFailure(run.run(), error);
    engine.noMoreSources(run.run());
  }

  @Override
  void ruleBroken(UpstreamProtocolException error) {
    shell.post(engine -> engine.fail(run.run(), error));
  }
}
