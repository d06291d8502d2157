package io.sluice.runtime;

import io.sluice.engine.DrainTotals;
import io.sluice.engine.Effects;
import io.sluice.engine.Engine;
import io.sluice.engine.Run;
import io.sluice.engine.RunPlan;
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.engine.Witness;
import io.sluice.error.SluiceException;
import io.sluice.memory.SharedRegion;
import io.sluice.task.DType;
import io.sluice.task.Shape;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.UserTensor;
import io.sluice.worker.WorkerPool;
import io.sluice.worker.process.ProcessPool;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Turns what happens outside into the engine's events, and the engine's effects into what happens
/// outside.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `engine`, `outbox`, `drainNumber`, `executingCount`, `timerStamp` | the drain | plain |
/// | `gauges` | the drain writes | volatile |
public final class Shell implements Effects, SchedulerSink.Drainer {
  private final ShellConfig config;
  private final @Nullable Surroundings surroundings;
  private final SharedRegion region;
  private final SlabViews views;
  private final List<WorkerPool> pools;
  private final IntPredicate isAtHand;
  private final SchedulerSink sink;
  private final Engine engine;
  private final EventHub events;
  private final LeakWatch leakWatch;
  private final Gauges gauges = new Gauges();
  private final Timers timers;
  private final Disposal disposal;
  private final Breakdown breakdown;
  private final UserSegments segments;

  private Outbox outbox = new Outbox();

  /// Counts drains: what is noted once for each tells by it whether it was, and keeps no outbox alive.
  private long drainNumber;

  private long eventsNotedIn;

  /// Attempts that were dispatched and have not reported back. Counted here and not asked of the
  /// engine, because the heap goes by it, even when the engine has failed.
  private int executingCount;

  /// Counts what the engine asked of the timer; the newest counts.
  private long timerStamp;

  /// Maps the heap and makes the pools; threads and processes start when they are first needed.
  ///
  /// @throws io.sluice.error.HeapUnavailableException if the heap can't be mapped
  public Shell(ShellConfig config) {
    this(config, null);
  }

  /// The same, with what a test has in place of threads; null for none.
  ///
  /// @throws io.sluice.error.HeapUnavailableException if the heap can't be mapped
  public Shell(ShellConfig config, @Nullable Surroundings surroundings) {
    this.config = config;
    this.surroundings = surroundings;
    this.leakWatch = new LeakWatch(this, config.leaks(), surroundings == null);
    this.region = SharedRegion.create(config.engine().heapBytes());
    this.views = new SlabViews(region);
    this.pools = makePools();
    this.isAtHand = pools.get(config.engine().defaultPool())::isAtHand;
    this.timers = new Timers(config.timers());
    this.engine = new Engine(config.engine(), this);
    this.engine.gather();
    Overflow overflow = new Overflow(surroundings == null ? null : surroundings.overflow());
    this.events = new EventHub(overflow);
    this.sink = new SchedulerSink(this, overflow);
    this.disposal = new Disposal(this, pools, timers, overflow);
    this.breakdown = new Breakdown(this, engine, disposal);
    this.segments = new UserSegments(this, engine, disposal, pools);
  }

  private List<WorkerPool> makePools() {
    try {
      return PoolMaker.make(config.pools(), region, surroundings, this::heldUp);
    } catch (RuntimeException refusal) {
      region.close();
      throw refusal;
    }
  }

  // ---- for the front door ----

  /// A cold run of the tasks of one publisher, which is one scope.
  public <R> Flux<R> submit(
      Publisher<? extends Task> tasks,
      RunPlan plan,
      @Nullable Function<? super TaskResult, ? extends R> reader) {
    Objects.requireNonNull(tasks, "tasks");
    return RunFlux.assembled(
        this, new RunSpec<>(tasks, null, plan, reader, leakWatch.assembledHere()));
  }

  /// A cold run of the tasks of a publisher's publishers, each a scope.
  public <R> Flux<R> submitScoped(
      Publisher<? extends Publisher<? extends Task>> scopes,
      RunPlan plan,
      @Nullable Function<? super TaskResult, ? extends R> reader) {
    Objects.requireNonNull(scopes, "scopes");
    return RunFlux.assembled(
        this, new RunSpec<>(null, scopes, plan, reader, leakWatch.assembledHere()));
  }

  /// A cold run of a program that submits tasks one by one.
  public <T> Flux<T> run(
      Function<? super Program, ? extends Publisher<? extends T>> program, RunPlan plan) {
    return ProgramFlux.assembled(this, program, plan, leakWatch.assembledHere());
  }

  /// Resolves with a report at the first moment of quiescence, in the step that resets everything.
  public <T> Mono<T> drain(Function<DrainTotals, T> report) {
    return DrainMono.assembled(this, report);
  }

  /// Hot: what happens from subscription on; so many events wait for a listener that is slow.
  public Flux<TaskEvent> events(int bufferCount) {
    return events.events(bufferCount);
  }

  /// Calls `listener` with each event from now on, and has drains wait until it was told all before them.
  public Disposable watch(Consumer<? super TaskEvent> listener, int bufferCount) {
    return events.watch(listener, bufferCount);
  }

  /// Keeps each event from now on in this ring, as part of the step in which it happens.
  public Disposable record(EventRing ring) {
    return events.record(ring);
  }

  public GaugeReading figures() {
    return gauges.read(config.engine().heapBytes(), pools);
  }

  /// What the engine answers at one moment, between two steps.
  ///
  /// @param step what users know the question by
  public <T> Mono<T> ask(String step, Function<Engine, T> question) {
    return NamedStep.of(step, Question.ask(this, question));
  }

  /// A tensor in a segment of its own.
  public UserTensor userTensor(@Nullable String name, DType dtype, Shape shape) {
    return segments.tensor(name, dtype, shape);
  }

  /// Fails all open runs, and gives everything back once the last kernel has returned. Does not wait.
  public void dispose() {
    disposal.dispose();
  }

  /// Takes no more runs, waits for quiescence for so long, then disposes; resolves when all is given
  /// back.
  public Mono<Void> disposeGracefully(Duration timeout) {
    return disposal.disposeGracefully(timeout);
  }

  public boolean isDisposed() {
    return disposal.hasBegun();
  }

  /// Resolves when the runtime was disposed of and everything is given back.
  public Mono<Void> onTerminated() {
    return disposal.onTerminated();
  }

  /// Nothing will happen any more: whoever watches is told so.
  void endWatching() {
    leakWatch.close();
    events.complete();
  }

  /// Frees what kernels and users touch.
  ///
  /// @throws IllegalStateException if an operation of the user's is at it; to be tried again
  void unmap() {
    region.close();
    segments.dispose();
  }

  /// Whether the bytes are gone.
  boolean isReleased() {
    return disposal.isReleased();
  }

  // ---- inside the drain ----

  @Override
  public void begin(Outbox freshOutbox) {
    outbox = freshOutbox;
    drainNumber++;
    engine.timePassed();
  }

  @Override
  public void apply(SinkEvent event) {
    breakdown.tellLeft();
    try {
      event.apply(engine);
    } catch (Throwable failure) {
      breakdown.happened(failure);
    }
  }

  @Override
  public void applied() {
    try {
      engine.catchUp();
    } catch (Throwable failure) {
      breakdown.happened(failure);
    }
  }

  @Override
  public void idle() {
    try {
      engine.settle();
      gauges.publish(engine);
    } catch (Throwable failure) {
      breakdown.happened(failure);
    }
    disposal.idle(executingCount);
  }

  @Override
  public boolean isMoreComing() {
    return engine.leavesShortTasks(isAtHand) && breakdown.error() == null;
  }

  /// Why this run is not taken; null if it is.
  @Nullable Throwable refusal(RunPlan plan) {
    Throwable bug = breakdown.error();
    return bug != null || !disposal.isRefusing()
        ? bug
        : Disposal.errorOf(
            plan.options().name(), "the runtime is disposed of; it takes no more runs");
  }

  /// What the engine failed with; null if it works.
  @Nullable Throwable broken() {
    return breakdown.error();
  }

  /// An attempt reported back; its worker touches the heap no more.
  void executed() {
    executingCount--;
  }

  Outbox outbox() {
    return outbox;
  }

  /// Which drain this is, from 1; inside one.
  long drainNumber() {
    return drainNumber;
  }

  @Override
  public void demand(Source source, long count) {
    ((SourceListener) source.attachment()).demand(count);
  }

  @Override
  public void sourceDrained(Source source) {
    ((SourceListener) source.attachment()).drained();
  }

  @Override
  public void admitted(Slot slot) {
    if (surroundings != null) {
      surroundings.admitted(
          slot.task(), region.segment().asSlice(slot.slabOffsetBytes(), slot.slabBytes()));
    }
  }

  @Override
  public void refused(Source source, Task task, SluiceException error) {
    listenerOf(source.run()).refused(source, task, error);
  }

  @Override
  public void dispatch(Slot slot, int member, int worker) {
    Execution execution = executionOf(slot, member, worker);
    slot.attach(member, execution);
    executingCount++;
    outbox.dispatch(execution);
  }

  @Override
  public boolean watchesOver(int pool) {
    return pools.get(pool).canWatch();
  }

  @Override
  public void keptBack(int pool) {
    outbox.watch(pools.get(pool));
  }

  private Execution executionOf(Slot slot, int member, int worker) {
    if (slot.task().isReactive()) {
      return new ReactiveExecution(this, slot, member, worker);
    }
    return pool(slot) instanceof ProcessPool
        ? new ProcessExecution(this, slot, member, worker)
        : new Execution(this, slot, member, worker);
  }

  @Override
  public void askToStop(Slot slot) {
    forEachExecution(slot, execution -> outbox.add(execution::requestStop));
  }

  @Override
  public void interrupt(Slot slot) {
    forEachExecution(slot, execution -> outbox.add(execution::interrupt));
  }

  private static void forEachExecution(Slot slot, Consumer<Execution> action) {
    for (int member = 0; member < slot.task().memberCount(); member++) {
      if (slot.attachment(member) instanceof Execution execution) {
        action.accept(execution);
      }
    }
  }

  @Override
  public void abandoned(Slot slot, int member) {
    if (slot.attachment(member) instanceof Execution execution) {
      outbox.add(execution::replaceWorker);
    }
  }

  @Override
  public void judge(Slot slot, Throwable failure) {
    int attempt = slot.attempt();
    outbox.add(
        () -> {
          boolean mayRetry = Retries.mayRetry(slot.task(), failure);
          post(told -> told.judged(slot, attempt, mayRetry));
        });
  }

  @Override
  public Witness witness() {
    return ShellWitness.INSTANCE;
  }

  /// The names of the pools whose workers are processes.
  public Set<String> processPools() {
    return config.processPools();
  }

  @Override
  public long nowNs() {
    return timers.nowNs();
  }

  @Override
  public double chance() {
    return surroundings == null ? ThreadLocalRandom.current().nextDouble() : surroundings.chance();
  }

  @Override
  public void completed(Slot slot) {
    listenerOf(slot.run()).completed(slot);
  }

  @Override
  public long deliveredCount(Run run) {
    return listenerOf(run).deliveryReport().count();
  }

  @Override
  public void reportDelivery(Run run) {
    listenerOf(run).deliveryReport().askFor();
  }

  @Override
  public void failed(Slot slot) {
    listenerOf(slot.run()).failed(slot);
  }

  @Override
  public void runEnded(Run run, @Nullable Throwable error) {
    listenerOf(run).ended(error);
  }

  @Override
  public void drained(Object waiter, DrainTotals totals) {
    outbox.add(events.behindNoted(() -> ((DrainMono.Waiter<?>) waiter).resolve(totals)));
  }

  @Override
  public void armTimer(long deadlineNs) {
    long stamp = ++timerStamp;
    outbox.add(() -> timers.at(deadlineNs, stamp, this::ring));
  }

  @Override
  public boolean watched() {
    return events.isWatched();
  }

  @Override
  public void happened(TaskEvent event) {
    boolean isWaitedFor = events.note(event);
    if (isWaitedFor && eventsNotedIn != drainNumber) {
      eventsNotedIn = drainNumber;
      outbox.add(events::deliver);
    }
  }

  // ---- outside the drain ----

  /// A worker to which short tasks may have been left is held up.
  private void heldUp(int pool, int worker) {
    post(told -> told.heldUp(pool, worker));
  }

  private void ring() {
    post(this::ring);
  }

  /// In a drain that began before the time had come, the engine would not see that it has.
  private void ring(Engine told) {
    told.advanceTo(timers.nowNs());
    told.timerFired();
  }

  private static RunListener listenerOf(Run run) {
    return (RunListener) run.attachment();
  }

  boolean hasStopped(Run run) {
    return listenerOf(run).hasStopped();
  }

  SchedulerSink sink() {
    return sink;
  }

  /// Has `action` applied to the engine, inside the drain.
  void post(Consumer<Engine> action) {
    sink.post(new Action(action));
  }

  /// A moment by the machine's clock, on the clock of the runtime.
  long atOwnTime(long machineNs) {
    return timers.atOwnTime(machineNs);
  }

  WorkerPool pool(Slot slot) {
    return pools.get(slot.poolIndex());
  }

  SharedRegion region() {
    return region;
  }

  SlabViews views() {
    return views;
  }

  @Nullable Surroundings surroundings() {
    return surroundings;
  }

  LeakWatch leakWatch() {
    return leakWatch;
  }
}
