package io.sluice.runtime;

import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// Takes publishers of tasks, one at a time: each is a scope, and the next is asked for when all tasks
/// of the one before are admitted. So the order of admission is the order of the stream.
final class ScopeSubscriber implements CoreSubscriber<Publisher<? extends Task>> {
  private final Shell shell;
  private final PublisherRun<?> run;
  private final UpstreamDemand upstream = new UpstreamDemand(this::onError);
  private long receivedCount;
  private boolean done;

  /// Whether the publisher itself has ended.
  private boolean ended;

  ScopeSubscriber(Shell shell, PublisherRun<?> run) {
    this.shell = shell;
    this.run = run;
  }

  @Override
  public Context currentContext() {
    return run.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (upstream.set(subscription)) {
      upstream.request(1);
    }
  }

  @Override
  @SuppressWarnings("ConstantValue")
  public void onNext(Publisher<? extends Task> scope) {
    if (done) {
      dropLate(scope);
    } else if (scope == null) {
      breakRule("emitted null; a publisher must emit publishers of tasks");
    } else if (++receivedCount > upstream.requestedCount()) {
      breakRule(
          "emitted %d scopes when %d were requested; it must respect request(n)"
              .formatted(receivedCount, upstream.requestedCount()));
    } else {
      shell.post(engine -> run.openInner(engine, scope));
    }
  }

  /// Behind its end the run can't be told any more: Reactor's hooks are, of what came and of the rule.
  private void dropLate(Object late) {
    Operators.onNextDropped(late, currentContext());
    if (ended) {
      Operators.onErrorDropped(
          new UpstreamProtocolException(
              "the publisher of %s emitted %s after it had ended; its end must be its last signal"
                  .formatted(run, late)),
          currentContext());
    }
  }

  private void breakRule(String how) {
    done = true;
    upstream.cancel();
    UpstreamProtocolException error =
        new UpstreamProtocolException("the publisher of " + run + " " + how);
    shell.post(engine -> engine.fail(run.run(), error));
  }

  @Override
  @SuppressWarnings("ConstantValue")
  public void onError(Throwable error) {
    if (error == null && !done) {
      breakRule("signalled onError(null); it must give the error");
      return;
    }
    if (done) {
      Operators.onErrorDropped(error, currentContext());
      return;
    }
    done = true;
    ended = true;
    shell.post(
        engine -> {
          engine.recordFailure(run.run(), error);
          engine.noMoreSources(run.run());
        });
  }

  @Override
  public void onComplete() {
    if (!done) {
      done = true;
      ended = true;
      shell.post(engine -> engine.noMoreSources(run.run()));
    }
  }

  /// The scope in hand is admitted: asks for the next.
  void next() {
    upstream.request(1);
  }

  void cancel() {
    upstream.cancel();
  }
}
