package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Source;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/// Takes tasks from one publisher, as many as were asked for, and tells the engine of each.
final class TaskSubscriber extends CheckingSubscriber<Task> implements SourceListener {
  private final Shell shell;
  private final PublisherRun<?> run;
  private final @Nullable ScopeTurns turns;
  private final Runnable requestNote = this::requestOwed;

  /// Set in the drain before the publisher is subscribed to.
  private @Nullable Source source;

  /// The drain whose outbox already has a request of this publisher.
  private long notedIn;

  /// @param turns whose turn follows when this publisher is drained; null if nobody's does
  TaskSubscriber(Shell shell, PublisherRun<?> run, @Nullable ScopeTurns turns) {
    super("tasks");
    this.shell = shell;
    this.run = run;
    this.turns = turns;
  }

  void attach(Source toSource) {
    this.source = toSource;
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
  void take(Task task) {
    Submitted event = new Submitted(source(), task);
    if (mayWait(task)) {
      shell.sink().postWithNext(event);
    } else {
      shell.sink().post(event);
    }
  }

  /// What goes where the promise of the sink comes from.
  static boolean mayWait(Task task) {
    return task.kind() == Task.Kind.CALL && task.pool() == null && !task.isReactive();
  }

  @Override
  void publisherCompleted() {
    shell.post(engine -> engine.sourceEnded(source()));
  }

  @Override
  void publisherFailed(Throwable error) {
    shell.post(engine -> engine.sourceFailed(source(), error));
  }

  @Override
  void ruleBroken(UpstreamProtocolException error) {
    shell.post(engine -> engine.fail(run.run(), error));
  }

  private Source source() {
    if (source == null) {
      throw new IllegalStateException("not attached; this is a bug in Sluice");
    }
    return source;
  }

  @Override
  public void demand(long count) {
    owe(count);
    if (notedIn != shell.drainNumber()) {
      notedIn = shell.drainNumber();
      shell.outbox().add(requestNote);
    }
  }

  @Override
  public void drained() {
    if (turns != null) {
      turns.drained();
    }
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
