package io.sluice.runtime;

import io.sluice.engine.Engine;
import io.sluice.engine.Source;
import io.sluice.task.Task;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Fuseable;
import reactor.util.context.Context;

/// Gives the scopes of a stream their turns, so that the order of admission is the order of the stream.
///
/// A scope in general is subscribed to when all tasks of those before are admitted, and the next is asked
/// for when its own are. A scope that is *known* to be one task or none, as `Mono.just` or `Flux.empty`
/// are, needs no subscription: a row of such goes to the engine as the tasks of one [Source], so it is
/// asked for as many as the look-ahead allows.
///
/// **Bound.** Scopes that were asked for and have not had their turn never exceed the look-ahead, and those
/// that wait for the end of a scope which is subscribed to count for the look-ahead of that one.
///
/// **Confinement.** The drain's.
final class ScopeTurns implements SourceListener {
  private final Shell shell;
  private final PublisherRun<?> run;
  private final ScopeSubscriber scopes;
  private final Runnable requestNote;

  /// Those that came and have not had their turn.
  private final ArrayDeque<Arrival> held = new ArrayDeque<>();

  private long askedCount;
  private long arrivedCount;

  /// Of the known scopes whose turn it is; null if it is not theirs.
  private @Nullable Source row;

  /// How many more tasks the engine has asked for, of a row.
  private long wantedCount;

  /// Whether it is the turn of a scope that was subscribed to.
  private boolean innerHasTurn;

  private boolean takesTurns;

  /// Whether it is noted to take turns behind this drain.
  private boolean turnsNoted;

  private boolean publisherEnded;
  private boolean over;

  /// The drain whose outbox already has a request.
  private long notedIn;

  ScopeTurns(Shell shell, PublisherRun<?> run) {
    this.shell = shell;
    this.run = run;
    this.scopes = new ScopeSubscriber(shell, run, this);
    this.requestNote = scopes::requestOwed;
  }

  ScopeSubscriber scopes() {
    return scopes;
  }

  /// Asks for the first scope.
  void begin() {
    ask();
  }

  /// The next scope came.
  void arrived(Engine engine, Arrival scope) {
    arrivedCount++;
    if (!over && !run.hasStopped()) {
      held.add(scope);
      takeTurns(engine);
    }
  }

  /// No more scopes will come.
  void ended(Engine engine) {
    publisherEnded = true;
    takeTurns(engine);
  }

  /// The run has stopped.
  void stop() {
    over = true;
    held.clear();
  }

  /// All tasks of the scope, or the row of scopes, whose turn it was are admitted.
  @Override
  public void drained() {
    row = null;
    innerHasTurn = false;
    if (takesTurns) {
      return;
    }
    if (held.isEmpty() && !publisherEnded) {
      ask();
    } else {
      noteTurns();
    }
  }

  /// Not within this step of the engine's.
  private void noteTurns() {
    if (!turnsNoted) {
      turnsNoted = true;
      shell.outbox().add(() -> shell.post(this::takeTurns));
    }
  }

  /// The engine asks for tasks of the row, maybe of one that is just being opened. Those that it did not ask for
  /// before are still in hand.
  @Override
  public void demand(long count) {
    wantedCount += count;
    if (takesTurns || held.isEmpty()) {
      ask();
    } else {
      noteTurns();
    }
  }

  @Override
  public Context currentContext() {
    return run.currentContext();
  }

  private void takeTurns(Engine engine) {
    turnsNoted = false;
    takesTurns = true;
    while (!over && !run.hasStopped() && takeTurn(engine)) {
      // the next
    }
    takesTurns = false;
    ask();
  }

  /// Whether another may have its turn at once.
  private boolean takeTurn(Engine engine) {
    Arrival next = held.peek();
    if (innerHasTurn || (next == null && !publisherEnded)) {
      return false;
    }
    if (next == null) {
      end(engine);
      return false;
    }
    return next.isKnown() ? takeKnown(engine, next) : takeInner(engine, next);
  }

  private void end(Engine engine) {
    over = true;
    if (row != null) {
      engine.sourceEnded(row);
    }
    engine.noMoreSources(run.run());
  }

  private boolean takeKnown(Engine engine, Arrival scope) {
    if (scope.task != null) {
      if (row == null) {
        wantedCount = 0;
        row = engine.openSourceOfScopes(run.run(), this);
      }
      if (wantedCount == 0) {
        return false;
      }
      wantedCount--;
      held.remove();
      engine.submit(row, scope.task);
    } else {
      held.remove();
    }
    return true;
  }

  private boolean takeInner(Engine engine, Arrival scope) {
    if (row != null) {
      engine.sourceEnded(row);
    }
    if (row != null) {
      return false;
    }
    held.remove();
    innerHasTurn = true;
    run.openInner(engine, Objects.requireNonNull(scope.publisher), inHandCount());
    return false;
  }

  /// Scopes that were asked for, and have not had their turn or are still to come.
  private long inHandCount() {
    return held.size() + askedCount - arrivedCount;
  }

  private void ask() {
    long wanted = row != null ? wantedCount : innerHasTurn ? 0 : 1;
    long count = wanted - inHandCount();
    if (takesTurns || over || publisherEnded || count <= 0) {
      return;
    }
    askedCount += count;
    scopes.owe(count);
    if (notedIn != shell.drainNumber()) {
      notedIn = shell.drainNumber();
      shell.outbox().add(requestNote);
    }
  }

  /// A scope on its way to its turn.
  static final class Arrival extends SinkEvent {
    private final ScopeTurns turns;

    /// What is to be subscribed to; null if it is known what would come.
    private final @Nullable Publisher<? extends Task> publisher;

    /// All that it holds, if that is known; null if it holds nothing.
    private final @Nullable Task task;

    private Arrival(
        ScopeTurns turns, @Nullable Publisher<? extends Task> publisher, @Nullable Task task) {
      this.turns = turns;
      this.publisher = publisher;
      this.task = task;
    }

    /// Outside the drain: to ask a publisher for a value is to call a user's code, if it is a user's.
    static Arrival of(ScopeTurns turns, Publisher<? extends Task> scope) {
      if (scope instanceof Fuseable.ScalarCallable<?> known) {
        try {
          Object task = known.call();
          if (task == null || task instanceof Task) {
            return new Arrival(turns, null, (Task) task);
          }
        } catch (Throwable failure) {
          // who subscribes is told
        }
      }
      return new Arrival(turns, scope, null);
    }

    private boolean isKnown() {
      return publisher == null;
    }

    /// Whether it may go along with another event: what it brings goes where the sink's promise of one comes
    /// from.
    boolean mayWait() {
      return task != null && TaskSubscriber.mayWait(task);
    }

    @Override
    void apply(Engine engine) {
      turns.arrived(engine, this);
    }
  }
}
