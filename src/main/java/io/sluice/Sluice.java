package io.sluice;

import io.sluice.engine.DrainTotals;
import io.sluice.engine.Engine;
import io.sluice.engine.FailureMode;
import io.sluice.error.Diagnosis;
import io.sluice.runtime.GaugeReading;
import io.sluice.runtime.Shell;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// A runtime: a heap of fixed size, pools of workers, and the scheduler between them.
///
/// A `Flux` of tasks goes in, results come out. Dependencies follow from the tensors that the tasks
/// name. Tasks are asked for as the heap has bytes for them: its free bytes are the demand that the
/// publisher sees. Thread-safe; several runs may be submitted from several threads.
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
public final class Sluice implements AutoCloseable, Disposable {
  private final Shell shell;

  Sluice(Shell shell) {
    this.shell = shell;
  }

  /// A builder with the defaults: a heap of 1 GiB, as many workers as processors.
  public static SluiceBuilder builder() {
    return SluiceBuilder.defaults();
  }

  /// Runs the tasks of a publisher as one scope; suits a graph of bounded size.
  ///
  /// **On subscribe** a run begins; each subscription is one. **Emits** a result for each completed
  /// task, in the order of completion, as the subscriber asks for them; that demand governs delivery,
  /// not admission. Close results that yield, or use a reader. **Upstream** is asked for as many tasks
  /// as the look-ahead allows beyond what was admitted. **Cancel** cancels upstream and all tasks that
  /// do not run yet; running ones are asked to stop, and their results are dropped. **Errors**: the
  /// first failure of a task, a refusal, or an error from upstream cancels the run likewise and is
  /// signalled at once; queued results are released.
  public Flux<TaskResult> submit(Publisher<? extends Task> tasks) {
    return shell.submit(tasks, FailureMode.FAIL_FAST, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  ///
  /// The reader runs on the delivering thread. What it throws is the run's error.
  public <R> Flux<R> submit(
      Publisher<? extends Task> tasks, Function<? super TaskResult, ? extends R> reader) {
    return shell.submit(tasks, FailureMode.FAIL_FAST, Objects.requireNonNull(reader, "reader"));
  }

  /// Runs a stream of scopes: each publisher of tasks is one, and its bytes come back when its tasks
  /// are done, so that the stream may be endless.
  ///
  /// Scopes are admitted one after another, in the order of the stream; their tasks overlap. All else
  /// as for [#submit(Publisher)].
  public Flux<TaskResult> submitScoped(Publisher<? extends Publisher<? extends Task>> scopes) {
    return shell.submitScoped(scopes, FailureMode.FAIL_FAST, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitScoped(
      Publisher<? extends Publisher<? extends Task>> scopes,
      Function<? super TaskResult, ? extends R> reader) {
    return shell.submitScoped(
        scopes, FailureMode.FAIL_FAST, Objects.requireNonNull(reader, "reader"));
  }

  /// As [#submit(Publisher)], but goes on with all that does not depend on a failure.
  ///
  /// **Errors**: at the end, behind all results, a [io.sluice.error.CompositeTaskException] that holds
  /// the causes.
  public Flux<TaskResult> submitDelayError(Publisher<? extends Task> tasks) {
    return shell.submit(tasks, FailureMode.DELAY_ERROR, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitDelayError(
      Publisher<? extends Task> tasks, Function<? super TaskResult, ? extends R> reader) {
    return shell.submit(tasks, FailureMode.DELAY_ERROR, Objects.requireNonNull(reader, "reader"));
  }

  /// As [#submitScoped(Publisher)], but goes on with all that does not depend on a failure.
  public Flux<TaskResult> submitScopedDelayError(
      Publisher<? extends Publisher<? extends Task>> scopes) {
    return shell.submitScoped(scopes, FailureMode.DELAY_ERROR, null);
  }

  /// The same; each result is mapped by `reader` while its bytes are held, then closed.
  public <R> Flux<R> submitScopedDelayError(
      Publisher<? extends Publisher<? extends Task>> scopes,
      Function<? super TaskResult, ? extends R> reader) {
    return shell.submitScoped(
        scopes, FailureMode.DELAY_ERROR, Objects.requireNonNull(reader, "reader"));
  }

  /// Runs a program that submits tasks one by one, for graphs that depend on values.
  ///
  /// **On subscribe** a run begins and the program is called, outside the scheduler. **Emits** what
  /// the program's publisher emits, as it emits it. **Completes** when that publisher has completed and
  /// all tasks of the run are decided. **Cancel** cancels the program's publisher and the tasks that do
  /// not run yet. **Errors**: those of the program's publisher; a failed task is the program's to
  /// handle.
  public <T> Flux<T> run(Function<? super Orchestrator, ? extends Publisher<? extends T>> program) {
    Objects.requireNonNull(program, "program");
    return shell.run(inner -> program.apply(new Orchestrator(inner)));
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
    return Mono.defer(() -> shell.drain(this::report));
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
    return shell.diagnose(Engine::diagnose);
  }

  /// What a drain waits for now.
  public Mono<Diagnosis> whyDrainWaits() {
    return shell.diagnose(Engine::diagnoseDrain);
  }

  /// What happens, from subscription on. A slow listener loses events and is told how many; it never
  /// slows the scheduler. Completes when the runtime is disposed of and its last kernel has returned.
  public Flux<TaskEvent> events() {
    return shell.events();
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
        now.liveCount(),
        now.runningCount());
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
