package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Orchestrator;
import io.sluice.Sluice;
import io.sluice.error.SluiceException;
import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Runs of all sorts, one after another, as a seed decides; each is checked when it has ended.
///
/// A scope never needs more than a sixth of the heap, so that none of three submitters can stall.
final class SoakRuns {
  private static final int SLAB_INTS = 256;
  private static final String WANTED = "a wanted failure";

  private final Sluice sluice;
  private final HeldResults held;
  private final SplittableRandom random;
  private List<Step> steps = new ArrayList<>();
  private int taskCount;

  SoakRuns(Sluice sluice, HeldResults held, long seed) {
    this.sluice = sluice;
    this.held = held;
    this.random = new SplittableRandom(seed);
  }

  /// Submits a run and waits for its end.
  void next() {
    steps = new ArrayList<>();
    taskCount = 0;
    switch (random.nextInt(7)) {
      case 0 -> scopesWithReader();
      case 1 -> scopesWhoseResultsAreHeld();
      case 2 -> cutShort();
      case 3 -> failing(false);
      case 4 -> failing(true);
      case 5 -> program();
      default -> group();
    }
    for (Step step : steps) {
      assertThat(step.ranCount.get()).as("times that the kernel ran").isLessThanOrEqualTo(1);
      assertThat(step.deliveredCount.get()).as("deliveries").isLessThanOrEqualTo(1);
    }
  }

  private void scopesWithReader() {
    Outcome<Integer> run = new Outcome<>();
    sluice
        .submitScoped(scopes(1 + random.nextInt(20)), result -> stepOf(result).read(result))
        .subscribe(run);
    assertThat(run.awaitEnd("a scoped run")).isNull();
    assertThat(run.count()).as("results").isEqualTo(taskCount);
    allRanAndCame();
  }

  private void scopesWhoseResultsAreHeld() {
    Outcome<TaskResult> run = new Outcome<>();
    sluice
        .submitScoped(scopes(1 + random.nextInt(20)))
        .doOnDiscard(TaskResult.class, TaskResult::close)
        .doOnNext(this::hold)
        .subscribe(run);
    assertThat(run.awaitEnd("a run whose results are held")).isNull();
    assertThat(run.count()).as("results").isEqualTo(taskCount);
    allRanAndCame();
  }

  private void hold(TaskResult result) {
    Step step = stepOf(result);
    step.deliveredCount.incrementAndGet();
    if (!result.task().yielded().isEmpty()) {
      held.hold(result, step.value);
    }
  }

  private void cutShort() {
    Outcome<TaskResult> run = new Outcome<>();
    sluice
        .submitScoped(scopes(1 + random.nextInt(20)))
        .doOnDiscard(TaskResult.class, TaskResult::close)
        .doOnNext(this::hold)
        .take(1 + random.nextInt(10))
        .subscribe(run);
    assertThat(run.awaitEnd("a run that is cut short")).isNull();
  }

  private void failing(boolean delayed) {
    Flux<Task> tasks = Flux.fromIterable(oneOfThemFails(12));
    Outcome<Integer> run = new Outcome<>();
    (delayed
            ? sluice.submitDelayError(tasks, result -> stepOf(result).read(result))
            : sluice.submit(tasks, result -> stepOf(result).read(result)))
        .subscribe(run);
    assertThat(run.awaitEnd("a run that fails"))
        .isInstanceOf(SluiceException.class)
        .hasStackTraceContaining(WANTED);
    if (delayed) {
      allRanAndCame();
    }
  }

  /// Made before the run begins: a run that fails at once may still be in its publisher when its error
  /// has come, and would make steps that are taken for the next run's.
  private List<Task> oneOfThemFails(int count) {
    int at = random.nextInt(count);
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(i == at ? failingTask() : step(Tensor.of(DType.INT32, SLAB_INTS)).producer());
    }
    return tasks;
  }

  private static Task failingTask() {
    return Task.call(
        "failing",
        kernel -> {
          throw new IllegalStateException(WANTED);
        });
  }

  private void program() {
    int depth = 1 + random.nextInt(5);
    Tensor tensor = Tensor.of(DType.INT32, SLAB_INTS);
    Outcome<Integer> run = new Outcome<>();
    sluice.run(program -> countUp(program, tensor, depth)).subscribe(run);
    assertThat(run.awaitEnd("a program")).isNull();
    assertThat(run.await("its value")).isEqualTo(depth);
  }

  /// Writes in place until the value read is the one wanted.
  private Mono<Integer> countUp(Orchestrator program, Tensor tensor, int until) {
    Task start = Task.call("start", kernel -> kernel.tensor(0).setInt(0, 0)).out(tensor);
    return program.submit(start).then(countOn(program, tensor, until));
  }

  private Mono<Integer> countOn(Orchestrator program, Tensor tensor, int until) {
    Task more =
        Task.call("more", kernel -> kernel.tensor(0).setInt(0, kernel.tensor(0).getInt(0) + 1))
            .inout(tensor)
            .yields(tensor);
    return program
        .submit(more)
        .map(result -> result.readAndClose(r -> r.view(tensor).getInt(0)))
        .flatMap(value -> value == until ? Mono.just(value) : countOn(program, tensor, until));
  }

  private void group() {
    Tensor left = Tensor.of(DType.INT32, SLAB_INTS);
    Tensor right = Tensor.of(DType.INT32, SLAB_INTS);
    Task both =
        Task.group(
            "both",
            kernel -> kernel.tensor(0).setInt(0, kernel.memberIndex()),
            Arguments.none().out(left),
            Arguments.none().out(right));
    AtomicInteger sum = new AtomicInteger(-1);
    Task reader =
        Task.call("sum", k -> sum.set(k.tensor(0).getInt(0) * 10 + k.tensor(1).getInt(0)))
            .in(left, right);
    Outcome<TaskResult> run = new Outcome<>();
    sluice.submit(Flux.just(both, reader)).subscribe(run);
    assertThat(run.awaitEnd("a group")).isNull();
    assertThat(sum.get()).isEqualTo(1);
  }

  private Flux<Flux<Task>> scopes(int count) {
    List<Flux<Task>> scopes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      scopes.add(Flux.fromIterable(scope(1 + random.nextInt(6))));
    }
    return Flux.fromIterable(scopes);
  }

  private List<Task> scope(int stepCount) {
    List<Task> tasks = new ArrayList<>();
    for (int i = 0; i < stepCount; i++) {
      Step step = step(Tensor.of(DType.INT32, (long) SLAB_INTS * (1 + random.nextInt(4))));
      tasks.add(step.producer());
      if (random.nextBoolean()) {
        tasks.add(step.consumer());
      }
    }
    taskCount += tasks.size();
    return tasks;
  }

  private Step step(Tensor tensor) {
    Step step = new Step(tensor, random.nextInt(), random.nextInt(3) == 0 ? "light" : "cpu");
    steps.add(step);
    return step;
  }

  /// The step whose producer it is; one that counts nothing for other tasks.
  private Step stepOf(TaskResult result) {
    for (Step step : steps) {
      if (step.producer == result.task()) {
        return step;
      }
    }
    return new Step(Tensor.of(DType.INT32, 1), 0, "cpu");
  }

  private void allRanAndCame() {
    for (Step step : steps) {
      assertThat(step.ranCount.get()).as("times that the kernel ran").isEqualTo(1);
      assertThat(step.deliveredCount.get()).as("deliveries").isEqualTo(1);
      assertThat(step.wrongCount.get()).as("wrong values read").isZero();
    }
  }

  /// A tensor, the task that writes it, and those that read it.
  private static final class Step {
    final Tensor tensor;
    final int value;
    final String pool;
    final AtomicInteger ranCount = new AtomicInteger();
    final AtomicInteger deliveredCount = new AtomicInteger();
    final AtomicInteger wrongCount = new AtomicInteger();
    @Nullable Task producer;

    Step(Tensor tensor, int value, String pool) {
      this.tensor = tensor;
      this.value = value;
      this.pool = pool;
    }

    Task producer() {
      producer = Task.call("produce", this::write).out(tensor).yields(tensor).on(pool);
      return producer;
    }

    private void write(KernelContext kernel) {
      ranCount.incrementAndGet();
      kernel.tensor(0).setInt(0, value);
    }

    Task consumer() {
      return Task.call("consume", this::check).in(tensor);
    }

    private void check(KernelContext kernel) {
      wrongCount.addAndGet(kernel.tensor(0).getInt(0) == value ? 0 : 1);
    }

    int read(TaskResult result) {
      if (result.task() == producer) {
        deliveredCount.incrementAndGet();
        int read = result.view(tensor).getInt(0);
        wrongCount.addAndGet(read == value ? 0 : 1);
        return read;
      }
      return 0;
    }
  }
}
