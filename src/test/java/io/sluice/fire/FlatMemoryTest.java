package io.sluice.fire;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import io.sluice.config.LeakLevel;
import io.sluice.config.PoolConfig;
import io.sluice.config.PoolConfig.Threads;
import io.sluice.config.RunOptions;
import io.sluice.engine.EngineConfig;
import io.sluice.engine.FailureMode;
import io.sluice.engine.PoolLayout;
import io.sluice.engine.RunPlan;
import io.sluice.runtime.Shell;
import io.sluice.runtime.ShellConfig;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.Shape;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;

/// Streams of millions of tasks run in constant memory, whatever each task does and whatever the user
/// keeps of it.
///
/// `-Dsluice.flat.tasks=10000000` makes them longer.
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class FlatMemoryTest {
  private static final int COUNT = Integer.getInteger("sluice.flat.tasks", 1_000_000);
  private static final RunPlan PLAN =
      new RunPlan(
          FailureMode.FAIL_FAST,
          RunOptions.defaults().lookAhead(64).maxInFlight(512),
          false,
          false);
  private static final int LOOK_EVERY = 10_000;
  private static final int TILES = 64;
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Kernel NOTHING = context -> {};

  private final Shell shell =
      new Shell(
          new ShellConfig(
              new EngineConfig(
                  1 << 20,
                  HeapPolicy.FIRST_FIT,
                  EngineConfig.NO_TIMEOUT,
                  List.of(new PoolLayout("cpu", 2)),
                  0,
                  0),
              List.of(new PoolConfig("cpu", 2, Threads.COMPUTE)),
              null,
              LeakLevel.SAMPLED));
  private final MemoryGauge gauge = new MemoryGauge(COUNT);
  private final AtomicInteger mostSlots = new AtomicInteger();

  @AfterEach
  void nothingIsLeft() {
    shell.disposeGracefully(BOUND).block(BOUND);
  }

  @Test
  void readsAndTileWritesOfOneLongLivedTensor() {
    UserTensor tensor = shell.userTensor("long-lived", DType.INT32, Shape.of(TILES));
    Task whole = Task.call("read", NOTHING).in(tensor);
    Task[] tiles = new Task[TILES];
    for (int i = 0; i < TILES; i++) {
      tiles[i] = Task.call("tile", NOTHING).inout(tensor.rows(i, i + 1));
    }
    runs("reads and tile writes", i -> i % TILES == 0 ? whole : tiles[i % TILES]);
    tensor.close();
  }

  @Test
  void readsOfOneLongLivedTensor() {
    UserTensor tensor = shell.userTensor("long-lived", DType.INT32, Shape.of(TILES));
    Task read = Task.call("read", NOTHING).in(tensor);
    runs("reads", i -> read);
    tensor.close();
  }

  @Test
  void aStateThatEachTaskReadsAndWritesAnew() {
    Tensor state = Tensor.of(DType.INT32, 256);
    Task first = Task.call("first", NOTHING).out(state);
    Task next = Task.call("next", NOTHING).in(state).out(state);
    runs("renamed state", i -> i == 0 ? first : next);
  }

  @Test
  void anEndlessChainOfEdges() {
    Task[] last = {Task.call("first", NOTHING)};
    runs(
        "chain of edges",
        i -> {
          Task before = last[0];
          last[0] = Task.call("link", NOTHING).after(before);
          return before;
        });
  }

  private void runs(String what, IntFunction<Task> task) {
    long started = System.nanoTime();
    Flux<Task> tasks = Flux.range(0, COUNT).map(i -> looked(i, task.apply(i)));
    // the first result is kept to the end: it must not keep those behind it
    TaskResult[] kept = new TaskResult[1];
    Long count =
        shell
            .submit(tasks, PLAN, null)
            .map(result -> (TaskResult) result)
            .doOnNext(result -> kept[0] = kept[0] == null ? result : kept[0])
            .count()
            .block(Duration.ofMinutes(20));
    assertThat(count).isEqualTo(COUNT);
    finished(what, started);
    assertThat(kept[0].task()).isNotNull();
  }

  @Test
  void anEndlessStreamOfScopesThatIsCut() {
    long started = System.nanoTime();
    Flux<Flux<Task>> scopes =
        Flux.<Integer, Integer>generate(
                () -> 0,
                (i, sink) -> {
                  sink.next(i);
                  return i + 1;
                })
            .map(this::scope);
    Long count =
        shell
            .<TaskResult>submitScoped(scopes, PLAN, null)
            .doOnDiscard(TaskResult.class, TaskResult::close)
            .doOnNext(TaskResult::close)
            .take(COUNT)
            .count()
            .block(Duration.ofMinutes(20));
    assertThat(count).isEqualTo(COUNT);
    finished("scopes of 4 KiB in 1 MiB", started);
  }

  private Flux<Task> scope(int i) {
    Tensor tensor = Tensor.of(DType.UINT8, 4_096);
    return Flux.just(looked(i, Task.call("write", NOTHING).out(tensor).yields(tensor)));
  }

  private Task looked(int i, Task task) {
    gauge.at(i);
    if (i % LOOK_EVERY == 0) {
      var _ =
          shell
              .ask(
                  "live slots",
                  engine -> {
                    mostSlots.accumulateAndGet(engine.liveSlotCount(), Math::max);
                    return engine.liveSlotCount();
                  })
              .subscribe();
    }
    return task;
  }

  private void finished(String what, long startedNs) {
    double seconds = (System.nanoTime() - startedNs) / 1e9;
    System.out.printf("%-30s %,9.0f tasks/s%n", what, COUNT / seconds);
    gauge.isFlat(what);
    assertThat(mostSlots.get()).as("live slots").isLessThanOrEqualTo(4_096);
    Objects.requireNonNull(shell.drain(totals -> totals).block(BOUND));
    assertThat(shell.figures().heapUsedBytes()).isZero();
  }
}
