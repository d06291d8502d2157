package io.sluice.engine;

import io.sluice.config.HeapPolicy;
import io.sluice.config.RunOptions;
import io.sluice.error.SluiceException;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.Shape;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskInternals;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// An engine whose world is a test: it keeps what it was told, and nothing happens by itself.
class TestEngine implements Effects {
  static final Kernel NOTHING = context -> {};
  static final int CPU = 0;

  /// A member that was handed to a worker.
  record Dispatch(Slot slot, int member, int worker) {}

  /// A member whose kernel was given up.
  record Abandoned(Slot slot, int member) {}

  final Engine engine;

  /// Everything admitted since the last look; not kept where [#keepsNothing].
  final List<Slot> admitted = new ArrayList<>();

  final ArrayDeque<Dispatch> running = new ArrayDeque<>();
  final List<SluiceException> refused = new ArrayList<>();
  final List<Slot> completed = new ArrayList<>();
  final List<Slot> failed = new ArrayList<>();
  final List<Slot> askedToStop = new ArrayList<>();
  final List<Slot> interrupted = new ArrayList<>();
  final List<Abandoned> abandoned = new ArrayList<>();
  final List<Throwable> judged = new ArrayList<>();
  final List<TaskEvent> events = new ArrayList<>();
  final List<Object> drained = new ArrayList<>();
  final IdentityHashMap<Run, Object> ended = new IdentityHashMap<>();
  final IdentityHashMap<Run, Long> deliveredCounts = new IdentityHashMap<>();
  final List<Run> reportsAskedFor = new ArrayList<>();
  @Nullable DrainTotals totals;
  long requested;
  long timerNs = -1;
  boolean keepsNothing;
  long completedCount;

  TestEngine(HeapPolicy policy, int heapKibibytes, int workers) {
    this(policy, heapKibibytes, workers, EngineConfig.NO_TIMEOUT);
  }

  TestEngine(HeapPolicy policy, int heapKibibytes, int workers, long timeoutNs) {
    List<PoolLayout> pools = List.of(new PoolLayout("cpu", workers), new PoolLayout("LOADER", 1));
    this.engine =
        new Engine(new EngineConfig(heapKibibytes * 1024L, policy, timeoutNs, pools, CPU, 1), this);
  }

  static TestEngine ofKibibytes(int heapKibibytes) {
    return new TestEngine(HeapPolicy.FIRST_FIT, heapKibibytes, 2);
  }

  /// A tensor that takes so many kibibytes.
  static Tensor kibibytes(int count) {
    return Tensor.of(DType.UINT8, count * 1024L);
  }

  static Task call(String name) {
    return Task.call(name, NOTHING);
  }

  static UserTensor userTensor(Engine owner, long... extents) {
    UserTensor tensor =
        TaskInternals.userTensor("user", DType.UINT8, Shape.of(extents), new NoStorage());
    owner.adopt(tensor);
    return tensor;
  }

  /// A run whose tasks come one by one and each have an outcome of their own.
  Run program() {
    return open(FailureMode.PROGRAM, Long.MAX_VALUE);
  }

  Run open(FailureMode mode, long maxInFlight) {
    return engine.openRun(
        new RunPlan(
            mode, RunOptions.defaults().lookAhead(1).maxInFlight(maxInFlight), false, false),
        mode);
  }

  /// A run whose tasks each have an outcome of their own, with these options.
  Run program(UnaryOperator<RunOptions> options) {
    RunOptions all = RunOptions.defaults().lookAhead(1).unlimitedInFlight();
    return engine.openRun(
        new RunPlan(FailureMode.PROGRAM, options.apply(all), false, false), FailureMode.PROGRAM);
  }

  /// A source in the run's outer scope that is not asked for tasks.
  Source source(Run run) {
    return source(run, run.outerScope());
  }

  Source source(Run run, Scope scope) {
    return engine.openSource(run, scope, false, false, "source");
  }

  /// Submits a task that is admitted at once.
  Slot admit(Source source, Task task) {
    int before = admitted.size();
    int refusedBefore = refused.size();
    engine.submit(source, task);
    if (refused.size() > refusedBefore) {
      throw refused.getLast();
    }
    if (admitted.size() == before) {
      throw new AssertionError(task + " waits");
    }
    return admitted.getLast();
  }

  /// The error with which a task is refused.
  SluiceException refusal(Source source, Task task) {
    int before = refused.size();
    engine.submit(source, task);
    if (refused.size() == before) {
      throw new AssertionError(task + " was not refused");
    }
    return refused.getLast();
  }

  boolean isRunning(Slot slot) {
    return running.stream().anyMatch(dispatch -> dispatch.slot() == slot);
  }

  void complete(Slot slot) {
    for (Dispatch dispatch : List.copyOf(running)) {
      if (dispatch.slot() == slot) {
        complete(dispatch);
      }
    }
  }

  void complete(Dispatch dispatch) {
    running.remove(dispatch);
    engine.memberCompleted(dispatch.slot(), dispatch.member(), dispatch.slot().attempt(), 1);
  }

  void fail(Slot slot, Throwable failure) {
    Dispatch found =
        running.stream().filter(dispatch -> dispatch.slot() == slot).findFirst().orElseThrow();
    running.remove(found);
    engine.memberFailed(slot, found.member(), slot.attempt(), failure);
  }

  /// Completes the oldest running members until none runs.
  void completeAll() {
    while (!running.isEmpty()) {
      complete(running.getFirst());
    }
  }

  /// Takes all results, closes them, and closes the run.
  void finish(Run run) {
    completeAll();
    engine.noMoreSources(run);
    for (Slot slot : completed) {
      if (slot.yields()) {
        engine.resultClosed(slot);
      }
    }
    completed.clear();
    delivered(run, run.undeliveredCount());
    engine.closed(run);
  }

  /// So many results were handed over, and the engine hears of it, whether it has asked or not.
  void delivered(Run run, long count) {
    deliveredCounts.merge(run, count, Long::sum);
    engine.delivered(run);
  }

  @Override
  public long deliveredCount(Run run) {
    return deliveredCounts.getOrDefault(run, 0L);
  }

  @Override
  public void reportDelivery(Run run) {
    reportsAskedFor.add(run);
  }

  @Override
  public void demand(Source source, long count) {
    requested += count;
  }

  @Override
  public void sourceDrained(Source source) {}

  @Override
  public void admitted(Slot slot) {
    if (!keepsNothing) {
      admitted.add(slot);
    }
  }

  @Override
  public void refused(Source source, Task task, SluiceException error) {
    refused.add(error);
  }

  @Override
  public void dispatch(Slot slot, int member, int worker) {
    running.add(new Dispatch(slot, member, worker));
  }

  @Override
  public void askToStop(Slot slot) {
    askedToStop.add(slot);
  }

  @Override
  public void interrupt(Slot slot) {
    interrupted.add(slot);
  }

  @Override
  public void abandoned(Slot slot, int member) {
    abandoned.add(new Abandoned(slot, member));
  }

  @Override
  public void judge(Slot slot, Throwable failure) {
    judged.add(failure);
  }

  @Override
  public double chance() {
    return 0.5;
  }

  @Override
  public void completed(Slot slot) {
    completedCount++;
    if (!keepsNothing) {
      completed.add(slot);
    }
  }

  @Override
  public void failed(Slot slot) {
    if (!keepsNothing) {
      failed.add(slot);
    }
  }

  @Override
  public void runEnded(Run run, @Nullable Throwable error) {
    ended.put(run, error == null ? "completed" : error);
  }

  @Override
  public void drained(Object waiter, DrainTotals epoch) {
    drained.add(waiter);
    totals = epoch;
  }

  @Override
  public void armTimer(long deadlineNs) {
    timerNs = deadlineNs;
  }

  @Override
  public boolean watched() {
    return !keepsNothing;
  }

  @Override
  public void happened(TaskEvent event) {
    events.add(event);
  }

  /// A segment that nobody looks into.
  private static final class NoStorage implements UserTensor.Storage {
    @Override
    public <R> R lend(
        UserTensor tensor, boolean writable, Function<? super TensorView, ? extends R> user) {
      return user.apply(null);
    }

    @Override
    public void acceptAsIs(UserTensor tensor) {}

    @Override
    public void close(UserTensor tensor) {}
  }
}
