package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.DrainReport;
import io.sluice.Orchestrator;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.TensorUnavailableException;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/// The end of a run, over and over on real threads: the last completion, the end of the last scope, a
/// late consumer, the close of a result, a cancellation and `drain()` race, and each time everything
/// must be reset once, with nothing lost and not a moment too early.
///
/// `-Dsluice.fire.rounds=10000000` runs longer, `-Dsluice.fire.seed=7` other races.
class DrainFireTest {
  private static final int ROUNDS = Integer.getInteger("sluice.fire.rounds", 200_000);
  private static final long SEED = Long.getLong("sluice.fire.seed", 1);
  private static final int SLAB = 1_024;
  private static final int STALE_EVERY = 16;

  private final Sluice sluice =
      Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build();
  private final UserTensor user = sluice.tensor(DType.INT32, 1);
  private final Racers racers = new Racers(3);
  private final SplittableRandom random = new SplittableRandom(SEED);
  private final AtomicInteger kernels = new AtomicInteger();

  private int round;
  private long epoch;
  private @Nullable Tensor stale;

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void everythingIsResetOnceAndNeverTooEarly() {
    for (round = 0; round < ROUNDS; round++) {
      try {
        playRound(random.nextInt(6));
      } catch (Throwable failure) {
        throw new AssertionError(
            "round %d; again with -Dsluice.fire.seed=%d -Dsluice.fire.rounds=%d"
                .formatted(round, SEED, round + 1),
            failure);
      }
    }
    user.close();
    racers.close();
    sluice.disposeGracefully(Duration.ofSeconds(10)).block(Duration.ofSeconds(20));
  }

  private void playRound(int kind) {
    switch (kind) {
      case 0 -> aLateConsumerMeetsTheLastRelease();
      case 1 -> aResultOfAUserTensorIsClosed();
      case 2 -> theLastKernelReturns();
      case 3 -> theRunIsCancelled();
      case 4 -> theLastScopeEnds();
      default -> anotherRunBegins();
    }
  }

  private void aLateConsumerMeetsTheLastRelease() {
    Program program = new Program();
    Tensor tensor = Tensor.of(DType.INT32, SLAB / 4);
    TaskResult result = program.submit(writing(tensor)).await("the producer's result");
    isFirstOfItsEpoch(result);
    if (round % STALE_EVERY == 0) {
      refusesAStaleHandle(program);
    }
    stale = tensor;
    AtomicInteger read = new AtomicInteger(-1);
    Task reader = Task.call("late", k -> counted(() -> read.set(valueOf(k)))).in(tensor);
    Drain drain = new Drain(program.ended);
    drain.resultHeld = true;
    Outcome<TaskResult> late = new Outcome<>();
    raceInAnyOrder(
        () -> {
          drain.resultHeld = false;
          result.close();
        },
        program::complete,
        () -> program.orchestrator.submit(reader).subscribe(late),
        drain);
    Throwable refusal = late.awaitEnd("the late consumer's outcome");
    boolean admitted = refusal == null;
    assertThat(read.get()).as("what the late consumer read").isEqualTo(admitted ? round : -1);
    if (refusal instanceof TensorUnavailableException gone) {
      assertThat(gone).hasMessageContaining(tensor.toString());
    }
    program.ended.awaitEnd("the program's end");
    drain.resolvedWith(admitted ? 2 : 1);
  }

  private void refusesAStaleHandle(Program program) {
    Tensor old = stale;
    if (old != null) {
      Outcome<TaskResult> outcome = new Outcome<>();
      program.orchestrator.submit(quick("stale").in(old)).subscribe(outcome);
      assertThat(outcome.awaitEnd("a refusal"))
          .isInstanceOf(TensorUnavailableException.class)
          .hasMessageContaining("drain");
    }
  }

  private void aResultOfAUserTensorIsClosed() {
    Program program = new Program();
    TaskResult result =
        program
            .submit(quick("user").inout(user).yields(user))
            .await("the result of a user-owned tensor");
    isFirstOfItsEpoch(result);
    Drain drain = new Drain(program.ended);
    drain.resultHeld = true;
    raceInAnyOrder(
        () -> {
          drain.resultHeld = false;
          result.close();
        },
        program::complete,
        drain);
    drain.resolvedWith(1);
  }

  private void theLastKernelReturns() {
    Gate gate = new Gate();
    Tensor tensor = Tensor.of(DType.INT32, SLAB / 4);
    Outcome<TaskResult> run = new Outcome<>();
    sluice
        .submit(
            Flux.just(
                Task.call("first", k -> counted(gate::pass)).out(tensor), quick("last").in(tensor)))
        .subscribe(run);
    Waits.until("the kernel to run", () -> gate.reached);
    Drain drain = new Drain(run);
    Drain second = new Drain(run);
    raceInAnyOrder(gate::open, drain, second);
    assertThat(run.awaitEnd("the run's end")).isNull();
    assertThat(run.count()).isEqualTo(2);
    both(drain, second, 2);
  }

  private void theRunIsCancelled() {
    Gate gate = new Gate();
    Tensor tensor = Tensor.of(DType.INT32, SLAB / 4);
    Outcome<TaskResult> run = new Outcome<>();
    sluice
        .submit(
            Flux.just(Task.call("running", k -> counted(gate::pass)).out(tensor).yields(tensor))
                .concatWith(Mono.never()))
        .doOnDiscard(TaskResult.class, TaskResult::close)
        .doOnNext(TaskResult::close)
        .subscribe(run);
    Waits.until("the kernel to run", () -> gate.reached);
    Drain drain = new Drain(run);
    raceInAnyOrder(gate::open, run::leave, drain);
    drain.resolvedWith(1);
  }

  private void theLastScopeEnds() {
    Sinks.Empty<Task> inner = Sinks.empty();
    Sinks.Empty<Flux<Task>> outer = Sinks.empty();
    Tensor tensor = Tensor.of(DType.INT32, SLAB / 4);
    Task producer = writing(tensor);
    Task consumer =
        Task.call("read", k -> counted(() -> assertThat(valueOf(k)).isEqualTo(round))).in(tensor);
    Outcome<Integer> run = new Outcome<>();
    sluice
        .submitScoped(
            Flux.just(Flux.just(producer, consumer).concatWith(inner.asMono()))
                .concatWith(outer.asMono()),
            result -> result.task() == producer ? result.view(tensor).getInt(0) : round)
        .subscribe(run);
    Drain drain = new Drain(run);
    raceInAnyOrder(
        () -> inner.tryEmitEmpty().orThrow(), () -> outer.tryEmitEmpty().orThrow(), drain);
    assertThat(run.awaitEnd("the run's end")).isNull();
    assertThat(run.await("a value")).isEqualTo(round);
    assertThat(run.count()).isEqualTo(2);
    drain.resolvedWith(2);
  }

  /// The other run may come before or after the reset; no task is lost or counted twice.
  private void anotherRunBegins() {
    Program program = new Program();
    isFirstOfItsEpoch(program.submit(quick("anchor")).await("a result"));
    Tensor tensor = Tensor.of(DType.INT32, SLAB / 4);
    Outcome<TaskResult> other = new Outcome<>();
    Drain drain = new Drain(program.ended);
    raceInAnyOrder(
        program::complete,
        () ->
            sluice
                .submit(Flux.just(writing(tensor), quick("read").in(tensor)))
                .doOnNext(TaskResult::close)
                .subscribe(other),
        drain);
    assertThat(other.awaitEnd("the other run's end")).isNull();
    assertThat(other.count()).isEqualTo(2);
    DrainReport first = drain.await("the drain");
    assertThat(first.epoch()).isEqualTo(epoch);
    assertThat(first.taskCount()).isIn(1L, 3L);
    epoch++;
    DrainReport rest = drainNow();
    assertThat(first.taskCount() + rest.taskCount()).as("tasks of both epochs").isEqualTo(3);
    epoch += rest.taskCount() > 0 ? 1 : 0;
    assertThat(rest.epoch()).isIn(epoch, epoch - 1);
    nothingIsHeld();
  }

  private void both(Drain drain, Drain second, int taskCount) {
    DrainReport report = drain.await("the drain");
    DrainReport other = second.await("the second drain");
    boolean inOrder = report.epoch() <= other.epoch();
    DrainReport first = inOrder ? report : other;
    DrainReport later = inOrder ? other : report;
    assertThat(first.epoch()).isEqualTo(epoch);
    assertThat(first.taskCount()).isEqualTo(taskCount);
    assertThat(later)
        .as("the later drain: the same reset, or an unused runtime")
        .satisfies(
            r ->
                assertThat(r.epoch() - epoch == 0 ? r.taskCount() - taskCount : r.taskCount())
                    .isZero());
    epoch++;
    isUnused();
  }

  private void isFirstOfItsEpoch(TaskResult result) {
    assertThat(result.taskId().epoch()).as("epoch").isEqualTo(epoch);
    assertThat(result.taskId().sequence()).as("sequence").isZero();
  }

  /// A second drain finds nothing to reset.
  private void isUnused() {
    DrainReport report = drainNow();
    assertThat(report.epoch()).as("epoch after the drain").isEqualTo(epoch);
    assertThat(report.taskCount()).as("tasks since the drain").isZero();
    nothingIsHeld();
  }

  private void nothingIsHeld() {
    assertThat(sluice.figures().heapUsedBytes()).as("heap").isZero();
    assertThat(sluice.figures().liveCount()).as("live tasks").isZero();
  }

  private DrainReport drainNow() {
    Outcome<DrainReport> now = new Outcome<>();
    sluice.drain().subscribe(now);
    return now.await("a drain when all is quiet");
  }

  /// Deals the actions to two or three threads, in an order and with pauses that the seed decides.
  private void raceInAnyOrder(Runnable... actions) {
    for (int i = actions.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      Runnable swapped = actions[i];
      actions[i] = actions[j];
      actions[j] = swapped;
    }
    int lanes = Math.min(actions.length, 2 + random.nextInt(2));
    Runnable[] dealt = new Runnable[lanes];
    for (int lane = 0; lane < lanes; lane++) {
      dealt[lane] = lane(actions, lane, lanes, random.nextInt(4) == 0 ? random.nextInt(300) : 0);
    }
    racers.race(dealt);
  }

  private static Runnable lane(Runnable[] actions, int from, int step, int pause) {
    return () -> {
      for (int i = 0; i < pause; i++) {
        Thread.onSpinWait();
      }
      for (int i = from; i < actions.length; i += step) {
        actions[i].run();
      }
    };
  }

  private Task quick(String name) {
    return Task.call(name, k -> counted(() -> {}));
  }

  private Task writing(Tensor tensor) {
    int value = round;
    return Task.call("write", k -> counted(() -> k.tensor(0).setInt(0, value)))
        .out(tensor)
        .yields(tensor);
  }

  private static int valueOf(KernelContext kernel) {
    return kernel.tensor(0).getInt(0);
  }

  private void counted(Runnable body) {
    kernels.incrementAndGet();
    try {
      body.run();
    } finally {
      kernels.decrementAndGet();
    }
  }

  /// A kernel waits in it until it is opened.
  private static final class Gate {
    private volatile boolean reached;
    private volatile boolean open;

    void open() {
      open = true;
    }

    void pass() {
      reached = true;
      Waits.until("the gate to open", () -> open);
    }
  }

  /// A program that goes on until it is told to complete.
  private final class Program {
    private final Sinks.Empty<Void> completion = Sinks.empty();
    private final AtomicReference<Orchestrator> started = new AtomicReference<>();
    private final Outcome<Void> ended = new Outcome<>();
    private final Orchestrator orchestrator;

    Program() {
      sluice
          .<Void>run(
              inner -> {
                started.set(inner);
                return completion.asMono();
              })
          .subscribe(ended);
      Waits.until("the program's start", () -> started.get() != null);
      orchestrator = started.get();
    }

    Outcome<TaskResult> submit(Task task) {
      Outcome<TaskResult> outcome = new Outcome<>();
      orchestrator.submit(task).subscribe(outcome);
      return outcome;
    }

    void complete() {
      completion.tryEmitEmpty().orThrow();
    }
  }

  /// One call of `drain()`, which looks around at the moment when it resolves.
  private final class Drain implements Runnable {
    private final Outcome<DrainReport> outcome = new Outcome<>();
    private final Outcome<?> run;
    private final AtomicReference<@Nullable String> tooEarly = new AtomicReference<>();
    private volatile boolean resultHeld;

    Drain(Outcome<?> run) {
      this.run = run;
    }

    @Override
    public void run() {
      sluice.drain().doOnNext(report -> lookAround()).subscribe(outcome);
    }

    private void lookAround() {
      if (!run.isOver()) {
        tooEarly.set("a run was open");
      } else if (kernels.get() > 0) {
        tooEarly.set("a kernel was running");
      } else if (resultHeld) {
        tooEarly.set("a result was open");
      }
    }

    DrainReport await(String what) {
      DrainReport report = outcome.await(what);
      assertThat(tooEarly.get()).as("when the drain resolved").isNull();
      return report;
    }

    void resolvedWith(int taskCount) {
      DrainReport report = await("the drain");
      assertThat(report.epoch()).as("epoch").isEqualTo(epoch);
      assertThat(report.taskCount()).as("tasks").isEqualTo(taskCount);
      epoch++;
      isUnused();
    }
  }
}
