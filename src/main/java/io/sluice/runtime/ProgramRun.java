package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Run;
import io.sluice.engine.RunPlan;
import io.sluice.engine.Scope;
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.SluiceException;
import io.sluice.error.TaskCancelledException;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/// One subscription to a program: its publisher's elements go to the subscriber, its tasks go to the
/// engine one by one.
///
/// The run ends when the program's publisher has completed and all of its tasks are decided. What
/// the program's publisher signals is passed on as it comes, on whichever thread it comes.
///
/// What is submitted behind the end of the program's publisher, or of a scope's, is refused. The
/// queue of events decides what is behind it: never how far its tasks are.
final class ProgramRun<T> implements Subscription, RunListener, Scannable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgramRun.class);

  private final Shell shell;
  private final RunPlan plan;
  private final @Nullable Throwable assembledAt;
  private final DeliveryReport deliveryReport;
  private volatile CoreSubscriber<? super T> actual;
  private final Elements upstream = new Elements();
  private final Set<ProgramCall<?>> calls = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean cancelled = new AtomicBoolean();
  private final AtomicBoolean terminated = new AtomicBoolean();

  private volatile @Nullable Run run;
  private volatile boolean stopped;

  /// The thread that calls the program; read only by those who ask why nothing moves.
  private volatile @Nullable Thread caller;

  /// Whether the program's publisher, or the program itself, has ended; owned by the drain.
  private boolean programEnded;

  /// Such as a request for nothing from inside onSubscribe; owned by the drain.
  private @Nullable Throwable failureBeforeOpen;

  /// @param actual serialised: the program and the runtime may both end it
  ProgramRun(
      Shell shell,
      RunPlan plan,
      @Nullable Throwable assembledAt,
      CoreSubscriber<? super T> actual) {
    this.shell = shell;
    this.plan = plan;
    this.assembledAt = assembledAt;
    this.actual = actual;
    this.deliveryReport = new DeliveryReport(shell.sink(), this::run);
  }

  @Override
  public DeliveryReport deliveryReport() {
    return deliveryReport;
  }

  void start(Function<? super Program, ? extends Publisher<? extends T>> program) {
    actual.onSubscribe(this);
    shell.post(engine -> open(engine, program));
  }

  private void open(
      Engine engine, Function<? super Program, ? extends Publisher<? extends T>> program) {
    if (cancelled.get()) {
      actual = Departed.of(actual);
      return;
    }
    Throwable refusal = shell.refusal(plan);
    if (refusal != null) {
      ended(refusal);
      return;
    }
    if (failureBeforeOpen != null) {
      ended(failureBeforeOpen);
      return;
    }
    Run opened = engine.openRun(plan, this);
    run = opened;
    shell.outbox().add(() -> call(program, new Program(shell, this, opened.outerScope())));
  }

  private void call(
      Function<? super Program, ? extends Publisher<? extends T>> program, Program orchestrator) {
    caller = Thread.currentThread();
    Publisher<? extends T> elements;
    try (var _ = ThreadLocals.set(this)) {
      elements =
          Objects.requireNonNull(program.apply(orchestrator), "the program returned no publisher");
    } catch (Throwable failure) {
      caller = null;
      programFailed(failure);
      return;
    }
    upstream.subscribeTo(elements);
    caller = null;
  }

  private void programFailed(Throwable failure) {
    shell.post(
        engine -> {
          programEnded = true;
          applyFailure(engine, failure);
        });
  }

  private void fail(Throwable failure) {
    shell.post(engine -> applyFailure(engine, failure));
  }

  private void applyFailure(Engine engine, Throwable failure) {
    Run opened = run;
    if (opened != null) {
      engine.fail(opened, failure);
    } else {
      failureBeforeOpen = failure;
    }
  }

  Run run() {
    return Objects.requireNonNull(run);
  }

  @Nullable Throwable assembledAt() {
    return assembledAt;
  }

  @Override
  public Context currentContext() {
    return actual.currentContext();
  }

  void add(ProgramCall<?> call) {
    calls.add(call);
  }

  void remove(ProgramCall<?> call) {
    calls.remove(call);
  }

  /// Why nothing is taken for this scope any more; null if it is. In the drain.
  ///
  /// @param task what was submitted; null for a scope
  @Nullable SluiceException refusal(Scope scope, @Nullable Task task) {
    if (programEnded) {
      return tooLate(
          task,
          "it came behind the end of the program of %s; give run(...) a publisher that ends behind its"
                  .formatted(this)
              + " last submission, as with then(...) or concatWith(...)");
    }
    if (stopped) {
      return new TaskCancelledException(
          "%s has ended; %s came too late".formatted(this, task == null ? "a scope" : task));
    }
    return scope.isEnded()
        ? tooLate(
            task,
            "its scope in %s has ended; submit it while the scope's publisher is active"
                .formatted(this))
        : null;
  }

  private static InvalidTaskException tooLate(@Nullable Task task, String message) {
    return task == null
        ? InvalidTaskException.of("a scope", message)
        : new InvalidTaskException(task.name(), message);
  }

  @Override
  public void request(long n) {
    if (n > 0) {
      upstream.request(n);
    } else {
      fail(Delivery.nonPositive(n));
    }
  }

  @Override
  public void cancel() {
    if (cancelled.compareAndSet(false, true)) {
      stopped = true;
      upstream.cancel();
      shell.post(this::applyCancel);
    }
  }

  private void applyCancel(Engine engine) {
    Run opened = run;
    if (opened != null) {
      engine.cancel(opened);
      shell.outbox().add(() -> end(new TaskCancelledException(opened + " was cancelled")));
    }
  }

  @Override
  public void completed(Slot slot) {
    ProgramCall<?> call = (ProgramCall<?>) slot.source().attachment();
    shell.outbox().add(() -> call.succeed(slot));
  }

  @Override
  public void failed(Slot slot) {
    ProgramCall<?> call = (ProgramCall<?>) slot.source().attachment();
    Throwable failure = slot.failure(); // what became of it is forgotten with the slot
    shell.outbox().add(() -> call.fail(failure));
  }

  @Override
  public void refused(Source source, Task task, SluiceException error) {
    ProgramCall<?> call = (ProgramCall<?>) source.attachment();
    shell.outbox().add(() -> call.fail(error));
  }

  @Override
  public void ended(@Nullable Throwable error) {
    stopped = true;
    shell.outbox().add(() -> end(error));
  }

  /// Outside the drain: the last signal, and an end to the calls that wait for bytes.
  private void end(@Nullable Throwable error) {
    try {
      signalEnd(error);
    } finally {
      actual = Departed.of(actual);
      Run opened = run;
      if (opened != null) {
        shell.post(engine -> engine.closed(opened));
      }
    }
  }

  private void signalEnd(@Nullable Throwable error) {
    if (error != null) {
      upstream.cancel();
      calls.forEach(call -> call.fail(error));
    }
    if (!cancelled.get() && terminated.compareAndSet(false, true)) {
      if (error == null) {
        actual.onComplete();
      } else {
        actual.onError(error);
      }
    }
  }

  @Override
  public boolean hasStopped() {
    return stopped;
  }

  /// The one inside the program, or inside what goes on with one of its results.
  @Override
  public @Nullable Thread deliverer() {
    Thread calling = caller;
    for (Iterator<ProgramCall<?>> each = calls.iterator(); calling == null && each.hasNext(); ) {
      calling = each.next().deliverer();
    }
    return calling;
  }

  @Override
  @SuppressWarnings({"rawtypes", "ReferenceEquality"}) // attributes are constants
  public @Nullable Object scanUnsafe(Attr key) {
    if (key == Attr.ACTUAL) {
      return actual;
    }
    if (key == Attr.PARENT) {
      return upstream;
    }
    if (key == Attr.NAME) {
      return plan.options().name();
    }
    if (key == Attr.CANCELLED) {
      return cancelled.get();
    }
    if (key == Attr.TERMINATED) {
      return terminated.get();
    }
    return key == Attr.RUN_STYLE ? Attr.RunStyle.ASYNC : null;
  }

  @Override
  public String stepName() {
    return "run";
  }

  /// The submissions that are not answered yet.
  @Override
  public Stream<? extends Scannable> inners() {
    return calls.stream().filter(call -> !call.isEnded());
  }

  @Override
  public String toString() {
    Run opened = run;
    return opened == null ? "a run not open yet" : opened.toString();
  }

  /// Takes what the program's publisher says.
  private final class Elements extends CheckingSubscriber<T> {
    Elements() {
      super("elements");
    }

    @Override
    public Context currentContext() {
      return actual.currentContext();
    }

    @Override
    Object target() {
      return ProgramRun.this;
    }

    @Override
    String publisherName() {
      return "the publisher of the program of " + ProgramRun.this;
    }

    /// A subscriber that throws counts as cancelled (Reactive Streams 2.13), and keeps nothing.
    @Override
    void take(T element) {
      if (cancelled.get() || terminated.get()) {
        discard(element);
        return;
      }
      try {
        actual.onNext(element);
      } catch (Throwable broken) {
        UserFault.log(
            LOG,
            "the subscriber of {} threw from onNext; it is cancelled",
            ProgramRun.this,
            broken);
        ProgramRun.this.cancel();
        discard(element);
      }
    }

    /// What is of no use to anybody is told to the hook; a result gives its bytes back besides.
    private void discard(T element) {
      if (element instanceof LentResult result) {
        result.discard(actual);
      } else {
        tellHook(element);
      }
    }

    private void tellHook(T element) {
      try {
        Operators.onDiscard(element, currentContext());
      } catch (Throwable broken) {
        UserFault.log(
            LOG,
            "the onDiscard hook for an element of {}, or its context, threw",
            ProgramRun.this,
            broken);
      }
    }

    @Override
    void publisherCompleted() {
      shell.post(
          engine -> {
            programEnded = true;
            engine.noMoreSources(run());
          });
    }

    @Override
    void publisherFailed(Throwable error) {
      programFailed(error);
    }

    @Override
    void ruleBroken(UpstreamProtocolException error) {
      programFailed(error);
    }
  }
}
