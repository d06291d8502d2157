package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Source;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// Takes tasks from one publisher, as many as were asked for, and tells the engine of each.
final class TaskSubscriber implements CoreSubscriber<Task>, SourceListener {
  private final Shell shell;
  private final PublisherRun<?> run;
  private final boolean inner;
  private final UpstreamDemand upstream = new UpstreamDemand(this::onError);
  private long receivedCount;
  private boolean done;

  /// Whether the publisher itself has ended.
  private boolean ended;

  /// Set in the drain before the publisher is subscribed to.
  private @Nullable Source source;

  /// @param inner whether another publisher follows when this one is drained
  TaskSubscriber(Shell shell, PublisherRun<?> run, boolean inner) {
    this.shell = shell;
    this.run = run;
    this.inner = inner;
  }

  void attach(Source toSource) {
    this.source = toSource;
  }

  @Override
  public Context currentContext() {
    return run.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    var _ = upstream.set(subscription);
  }

  @Override
  @SuppressWarnings("ConstantValue")
  public void onNext(Task task) {
    if (done) {
      dropLate(task);
    } else if (task == null) {
      breakRule("emitted null; a publisher must emit tasks");
    } else if (++receivedCount > upstream.requestedCount()) {
      breakRule(
          "emitted %d tasks when %d were requested; it must respect request(n)"
              .formatted(receivedCount, upstream.requestedCount()));
    } else {
      shell.sink().post(new Submitted(source(), task));
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
    shell.post(engine -> engine.sourceFailed(source(), error));
  }

  @Override
  public void onComplete() {
    if (!done) {
      done = true;
      ended = true;
      shell.post(engine -> engine.sourceEnded(source()));
    }
  }

  private Source source() {
    if (source == null) {
      throw new IllegalStateException("not attached; this is a bug in Sluice");
    }
    return source;
  }

  @Override
  public void demand(long count) {
    shell.outbox().add(() -> upstream.request(count));
  }

  @Override
  public void drained() {
    if (inner) {
      shell.outbox().add(run::innerDrained);
    }
  }

  void cancel() {
    upstream.cancel();
  }

  /// A task on its way to the engine.
  private static final class Submitted extends SinkEvent {
    private final Source source;
    private final Task task;

    Submitted(Source source, Task task) {
      this.source = source;
      this.task = task;
    }

    @Override
    void apply(Engine engine) {
      engine.submit(source, task);
    }
  }
}
