package io.sluice.ndjson;

import io.sluice.Orchestrator;
import io.sluice.error.InvalidTaskException;
import io.sluice.task.TaskResult;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/// The program of a run whose tasks come as lines: takes a line, submits its task, and asks for the next
/// line when that is admitted.
///
/// Subscribed to once.
final class TaskFeed extends Flux<Outcome> {
  private final Orchestrator program;
  private final Publisher<Line> lines;
  private final StatementReader reader;
  private final ScopeNames names;
  private final int maxOpenCount;

  TaskFeed(
      Orchestrator program,
      Publisher<Line> lines,
      StatementReader reader,
      ScopeNames names,
      int maxOpenCount) {
    this.program = program;
    this.lines = lines;
    this.reader = reader;
    this.names = names;
    this.maxOpenCount = maxOpenCount;
  }

  @Override
  public void subscribe(CoreSubscriber<? super Outcome> actual) {
    Feeding feeding = new Feeding(actual);
    actual.onSubscribe(feeding.outcomes);
    lines.subscribe(feeding);
  }

  /// A scope that is open.
  ///
  /// @param program what submits into it
  /// @param names what names mean in it
  /// @param end ends it
  private record OpenScope(Orchestrator program, ScopeNames names, Sinks.Empty<Void> end) {}

  /// The subscription.
  ///
  /// | field | owner | access |
  /// | --- | --- | --- |
  /// | `scopes` | who handles a line; the next one is asked for when that is done | plain |
  /// | `ready` | raised when a line was handled, lowered by who asks for the next | compare and set |
  /// | `openCount` | tasks whose outcomes were not taken | atomic |
  /// | `linesAtWork` | lines that are being handled, and one for their publisher | atomic |
  /// | `pendingCount` | tasks without an outcome, and one for the lines | atomic |
  private final class Feeding extends BaseSubscriber<Line> implements OutcomeQueue.Listener {
    private final OutcomeQueue outcomes;
    private final Deque<OpenScope> scopes = new ArrayDeque<>();
    private final AtomicBoolean ready = new AtomicBoolean();
    private final AtomicInteger openCount = new AtomicInteger();
    private final AtomicInteger pendingCount = new AtomicInteger(1);
    private volatile @Nullable Throwable broken;
    private final AtomicInteger linesAtWork = new AtomicInteger(1);

    Feeding(CoreSubscriber<? super Outcome> actual) {
      this.outcomes = new OutcomeQueue(actual, this);
      scopes.push(new OpenScope(program, names, Sinks.empty()));
    }

    @Override
    public Context currentContext() {
      return outcomes.context();
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      ready.set(true);
      askForNext();
    }

    @Override
    protected void hookOnNext(Line line) {
      var _ = linesAtWork.incrementAndGet();
      OpenScope scope = scopes.getFirst();
      Statement statement;
      try {
        statement = reader.read(line, scope.names);
        checkScopeEnd(line, statement);
      } catch (NdjsonException refused) {
        refuse(refused);
        return;
      } catch (OutOfMemoryError noRoom) {
        // Reactor would throw it past all who wait for an end.
        refuse(
            new NdjsonException(
                line.number(), "what a line holds must fit into the JVM's memory", noRoom));
        return;
      }
      switch (statement) {
        case Statement.Submission submission -> submit(line, scope, submission);
        case Statement.ScopeBegin _ -> begin(line, scope);
        case Statement.ScopeEnd _ -> end(scope);
      }
    }

    private void refuse(NdjsonException broken) {
      stop(broken);
      handledAll();
    }

    private void checkScopeEnd(Line line, Statement statement) {
      if (statement instanceof Statement.ScopeEnd && scopes.size() == 1) {
        throw new NdjsonException(
            line.number(), "a scope must have begun before it ends", "an end without a begin");
      }
    }

    private void submit(Line line, OpenScope scope, Statement.Submission submission) {
      openCount.incrementAndGet();
      pendingCount.incrementAndGet();
      var step = new Step();
      var _ =
          scope
              .program
              .submitAndTell(submission.task(), step::done)
              .subscribe(
                  result -> completed(line, submission, result),
                  error -> {
                    told(new Outcome.Failed(line.number(), submission.task().name(), error));
                    step.done();
                  });
    }

    private void completed(Line line, Statement.Submission submission, TaskResult result) {
      told(new Outcome.Completed(line.number(), result, submission.yields()));
    }

    private void told(Outcome outcome) {
      outcomes.add(outcome);
      endIfLast();
    }

    private void begin(Line line, OpenScope outer) {
      Sinks.Empty<Void> end = Sinks.empty();
      var step = new Step();
      var _ =
          outer
              .program
              .<Void>scope(inner -> opened(outer, inner, end, step))
              .subscribe(nothing -> {}, error -> notOpened(line, error), step::done);
    }

    private Mono<Void> opened(
        OpenScope outer, Orchestrator inner, Sinks.Empty<Void> end, Step begun) {
      scopes.push(new OpenScope(inner, outer.names.inner(), end));
      return end.asMono().doOnSubscribe(subscription -> begun.done());
    }

    /// The scope ends before the next line is taken: both go through the same queue.
    private void end(OpenScope scope) {
      scopes.pop();
      scope.names.end();
      if (scope.end.tryEmitEmpty().isFailure()) {
        throw new IllegalStateException("a scope ended twice; this is a bug in Sluice");
      }
      handled();
    }

    private void notOpened(Line line, Throwable error) {
      stop(
          error instanceof InvalidTaskException
              ? new NdjsonException(
                  line.number(), "a scope must keep the rules", error.getMessage())
              : error);
      handledAll();
    }

    private void stop(Throwable failure) {
      cancel();
      linesEnded(failure);
    }

    /// What came before a broken line goes on, and the error comes behind it. Any other failure ends all
    /// at once.
    private void linesEnded(Throwable failure) {
      if (failure instanceof NdjsonException) {
        broken = failure;
        handledAll();
      } else {
        outcomes.end(failure);
      }
    }

    @Override
    protected void hookOnComplete() {
      handledAll();
    }

    /// Scopes that are still open end with the lines.
    private void handledAll() {
      if (linesAtWork.decrementAndGet() > 0) {
        return;
      }
      while (scopes.size() > 1) {
        var _ = scopes.pop().end.tryEmitEmpty();
      }
      endIfLast();
    }

    @Override
    protected void hookOnError(Throwable error) {
      linesEnded(error);
    }

    private void endIfLast() {
      if (pendingCount.decrementAndGet() == 0) {
        outcomes.end(broken);
      }
    }

    private void handled() {
      handledAll();
      ready.set(true);
      askForNext();
    }

    private void askForNext() {
      if (openCount.get() < maxOpenCount && ready.compareAndSet(true, false)) {
        request(1);
      }
    }

    @Override
    public void taken() {
      openCount.decrementAndGet();
      askForNext();
    }

    @Override
    public void cancelled() {
      cancel();
    }

    /// The handling of one line, which may be told to be done more than once.
    private final class Step {
      private final AtomicBoolean done = new AtomicBoolean();

      void done() {
        if (done.compareAndSet(false, true)) {
          handled();
        }
      }
    }
  }
}
