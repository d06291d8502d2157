package io.sluice;

import io.sluice.config.RunOptions;
import io.sluice.engine.DrainTotals;
import io.sluice.engine.Engine;
import io.sluice.error.ConfigurationException;
import io.sluice.error.Diagnosis;
import io.sluice.runtime.EventRing;
import io.sluice.runtime.GaugeReading;
import io.sluice.runtime.Shell;
import io.sluice.task.DType;
import io.sluice.task.TaskEvent;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// A runtime: a heap of fixed size, pools of workers, and the scheduler between them.
///
/// A `Flux` of tasks goes in, results come out. Dependencies follow from the tensors that the tasks
/// name. Tasks are asked for as the heap has bytes for them: its free bytes are the demand that the
/// publisher sees. Thread-safe; several runs may be submitted from several threads. The ways to
/// submit are those of [Submitter].
///
/// ```java
/// try (Sluice sluice = Sluice.builder().heap(DataSize.mebibytes(256)).threads("cpu", 2).build()) {
///   sluice
///       .submitScoped(photos.map(Photo::tasks), result -> Png.encode(result.view(gray)))
///       .concatMap(store::save, 1)
///       .then(sluice.drain())
///       .block();
/// }
/// ```
///
/// **Threads.** Signals come on the thread that brought them about, often a worker's: a subscriber
/// that blocks holds that worker. Put `publishOn` behind for work that blocks.
///
/// **Rules** of Reactive Streams are kept, and looked after: a request for less than 1 is answered with
/// an `IllegalArgumentException` (3.9), a subscriber that throws counts as cancelled (2.13), a publisher
/// that throws from `subscribe` or `request` has failed.
public final class Sluice extends Submitter implements AutoCloseable, Disposable {
  private static final int DEFAULT_EVENT_BUFFER = 1_024;
  private static final int MAX_EVENT_BUFFER = 1 << 20;
  private static final int MAX_RECORDED_EVENTS = 1 << 26;

  private final Shell shell;

  Sluice(Shell shell, RunOptions options) {
    super(shell, options);
    this.shell = shell;
  }

  /// A builder with the defaults: a heap of 1 GiB, as many workers as processors.
  public static SluiceBuilder builder() {
    return SluiceBuilder.defaults();
  }

  /// A user-owned tensor, zeroed, in a segment of its own outside the heap. Close it when its users
  /// are done.
  ///
  /// @throws io.sluice.error.InvalidTaskException for no dtype, or a shape that [Tensor#of] refuses
  /// @throws io.sluice.error.HeapUnavailableException if there is no room for it
  public UserTensor tensor(DType dtype, long... extents) {
    return userTensor(Tensor.of(dtype, extents));
  }

  /// The same, with a name for errors, events and diagnoses, which must not be null or blank.
  public UserTensor tensor(String name, DType dtype, long... extents) {
    return userTensor(Tensor.named(name, dtype, extents));
  }

  /// The model has passed the gates before any bytes are taken.
  private UserTensor userTensor(Tensor model) {
    return shell.userTensor(model.name(), model.dtype(), model.shape());
  }

  /// Waits for quiescence: no open run, no task alive, no open result, no worker at work.
  ///
  /// **On subscribe** it begins to wait; it holds nobody back. **Resolves** at the first moment when all
  /// is quiet, in the same step in which everything resets: the heap is empty, sequence numbers start
  /// from 0, a new epoch begins. On an unused runtime it resolves at once, without a new epoch.
  /// **Cancel** affects no other drain. It has no errors; [#whyDrainWaits()] tells what it waits for.
  public Mono<DrainReport> drain() {
    return shell.drain(this::report);
  }

  private DrainReport report(DrainTotals totals) {
    return new DrainReport(
        totals.epoch(),
        totals.taskCount(),
        totals.failedCount(),
        totals.cancelledCount(),
        totals.refusedCount(),
        totals.claimedBytes(),
        totals.peakHeapBytes(),
        Duration.ofNanos(totals.elapsedNs()));
  }

  /// Why nothing moves, or that it does: a reason, the bytes, the holder, the knob.
  public Mono<Diagnosis> whyWaiting() {
    return shell.ask("whyWaiting", Engine::diagnose);
  }

  /// What a drain waits for now.
  public Mono<Diagnosis> whyDrainWaits() {
    return shell.ask("whyDrainWaits", Engine::diagnoseDrain);
  }

  /// What the open runs have asked for, what was admitted, what waits, and their bytes.
  ///
  /// **On subscribe** it asks. **Resolves** with figures that are all of one moment, between two steps
  /// of the scheduler. The cost grows with the number of open runs.
  public Mono<DemandFigures> demand() {
    return shell.ask("demand", DemandFigures::of);
  }

  /// The heap slab by slab, demand, and why nothing moves: for those who draw it.
  ///
  /// **On subscribe** it asks. **Resolves** with a picture of one moment, between two steps of the
  /// scheduler. The cost grows with the live tasks, some 10 ns each: ask a few times a second.
  ///
  /// @param slabCount how many slabs are told one by one, at least 1; where there are more, the heap is
  ///     told as so many pieces of the same length
  /// @throws ConfigurationException if `slabCount` is below 1
  public Mono<RuntimePicture> picture(int slabCount) {
    if (slabCount < 1) {
      throw new ConfigurationException(
          "picture.slabCount", "must be at least 1", slabCount, "use 512");
    }
    return shell.ask("picture", engine -> RuntimePicture.of(engine, slabCount));
  }

  /// What happens, from subscription on. A slow listener loses events and is told how many; it never
  /// slows the scheduler. Completes when the runtime is disposed of and its last kernel has returned.
  ///
  /// 1,024 events wait for a listener; each listener has a buffer of its own.
  public Flux<TaskEvent> events() {
    return events(DEFAULT_EVENT_BUFFER);
  }

  /// The same; so many events wait for a listener, 1 to 1,048,576. What comes beyond is counted, and the
  /// count, a [TaskEvent.Lost], is the next event in its place.
  ///
  /// **On subscribe** it begins to take events down; what was before is not told. **Order** is that of
  /// the scheduler, for each task and all of them. **Thread**: whichever left the scheduler with an
  /// event, or requests; a listener that blocks holds that thread. **Cancel** ends it, and affects no
  /// other. **Errors**: a request for less than 1. A listener that throws gets no more.
  ///
  /// @throws ConfigurationException if `bufferCount` is out of its range
  public Flux<TaskEvent> events(int bufferCount) {
    checkBuffer(bufferCount);
    return shell.events(bufferCount);
  }

  /// Keeps the newest events from now on, so many; older ones are forgotten. None is lost but by that: an
  /// event is put away in the step in which it happens. That is one store, and so the least that anybody who
  /// wants to know what happened can cost.
  ///
  /// @param eventCount how many, 1 to 67,108,864; a task makes six to eight, of some 100 bytes each. Long ones
  ///     count for several, so that it bounds the bytes as well ([EventRecording])
  /// @throws ConfigurationException if that is out of its range
  public EventRecording record(int eventCount) {
    if (eventCount < 1 || eventCount > MAX_RECORDED_EVENTS) {
      throw new ConfigurationException(
          "events.recordedCount",
          "must lie in 1 to 67108864",
          eventCount,
          "a task makes six to eight events; 262144 are those of some 40,000 tasks");
    }
    EventRing ring = new EventRing(eventCount);
    return new EventRecording(ring, shell.record(ring), shell::nowNs, shell.processPools());
  }

  private static void checkBuffer(int bufferCount) {
    if (bufferCount < 1 || bufferCount > MAX_EVENT_BUFFER) {
      throw new ConfigurationException(
          "events.bufferCount",
          "must lie in 1 to 1048576",
          bufferCount,
          "use events() for 1024, and a faster listener instead of a very large buffer");
    }
  }

  /// Calls `listener` with each event from now on, and has drains wait for it: when [#drain()] resolves, it
  /// was told all that came before. For meters and recorders, which must be whole then. So it must be
  /// quick, and must not wait for a drain, which would wait for it.
  ///
  /// **Order**, **thread** and what is lost beyond `bufferCount` are those of [#events(int)]. It is called
  /// no more once what is returned is disposed of, the runtime is, or it has thrown.
  ///
  /// @throws ConfigurationException if `bufferCount` is out of its range, 1 to 1,048,576
  public Disposable watch(Consumer<? super TaskEvent> listener, int bufferCount) {
    Objects.requireNonNull(listener, "listener");
    checkBuffer(bufferCount);
    return shell.watch(listener, bufferCount);
  }

  /// Where the runtime stands: bytes and tasks. A busy scheduler's figures may lag behind for a moment.
  public Figures figures() {
    GaugeReading now = shell.figures();
    return new Figures(
        now.heapCapacityBytes(),
        now.heapUsedBytes(),
        now.heapPeakBytes(),
        now.admittedCount(),
        now.claimedBytes(),
        now.endedCount(),
        now.endedInAllCount(),
        now.liveCount(),
        now.runningCount(),
        now.restartCount(),
        now.lostWorkerCount());
  }

  /// Takes no more runs, waits so long for those that are open, then disposes.
  ///
  /// **On subscribe** it begins. **Resolves** when the last kernel has returned and the bytes are given
  /// back, also if somebody else disposes, or has. **Cancel** ends the waiting, but no run is taken any
  /// more.
  public Mono<Void> disposeGracefully(Duration timeout) {
    return shell.disposeGracefully(timeout);
  }

  /// Fails open runs with [io.sluice.error.RuntimeDisposedException], takes no more, and gives
  /// everything back once the last kernel has returned. Does not wait. Idempotent.
  @Override
  public void dispose() {
    shell.dispose();
  }

  @Override
  public boolean isDisposed() {
    return shell.isDisposed();
  }

  /// The same as [#dispose()].
  @Override
  public void close() {
    dispose();
  }
}
