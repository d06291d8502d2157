package io.sluice.test;

import io.sluice.DrainReport;
import io.sluice.Figures;
import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.SluiceInternals;
import io.sluice.error.Diagnosis;
import io.sluice.runtime.CalledKernel;
import io.sluice.runtime.Surroundings;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.worker.ThreadKind;
import io.sluice.worker.WorkerPool;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/// A runtime without threads, in a test's hand: its kernels end when the test ends them
/// ([ManualWorkers]), time passes when the test says so ([VirtualTime]), and whatever follows has
/// happened when such a call returns.
///
/// ```java
/// try (TestSluice test = TestSluice.of(Sluice.builder().heap(DataSize.kibibytes(8)))) {
///   StepVerifier.create(test.sluice().submit(Flux.just(a, b)))
///       .then(() -> test.workers().complete(b))
///       .expectNextMatches(result -> result.task() == b)
///       .then(() -> test.workers().complete(a))
///       .expectNextMatches(result -> result.task() == a)
///       .verifyComplete();
///   test.assertNothingIsHeld();
/// }
/// ```
///
/// Pools, their sizes, the heap and all limits are those of the builder. Fresh bytes, which may be
/// anything, are filled with a pattern before a kernel is called: one that leaves bytes out is not saved
/// by zeros. Results that are never closed are not looked for by a thread, but seen by
/// [#assertNothingIsHeld].
///
/// **Threads.** None of its own. Any may call it; publishers and subscribers with threads of their own
/// take part as they do in any runtime.
public final class TestSluice implements AutoCloseable {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final long PATTERN_SEED = 1;

  private final VirtualTime time = VirtualTime.create();
  private final FreshBytes freshBytes = new FreshBytes(PATTERN_SEED, false);
  private final ManualWorkers workers = new ManualWorkers(() -> whyWaiting().sentence());
  private final List<TaskEvent> events = new CopyOnWriteArrayList<>();
  private final Sluice sluice;
  private final HeapProbe heap;
  private final Disposable listening;

  private TestSluice(SluiceBuilder builder) {
    this.sluice = SluiceInternals.build(builder, new ByHand());
    this.heap = new HeapProbe(sluice);
    this.listening = sluice.events().subscribe(events::add);
  }

  /// Makes a runtime of these settings. A builder that was given timers keeps them, and [#time] is
  /// without use.
  ///
  /// @throws io.sluice.error.HeapUnavailableException if the heap can't be mapped
  public static TestSluice of(SluiceBuilder builder) {
    return new TestSluice(builder);
  }

  /// The runtime under test.
  public Sluice sluice() {
    return sluice;
  }

  /// Who ends kernels.
  public ManualWorkers workers() {
    return workers;
  }

  /// Who was let in, and how many bytes are taken.
  public HeapProbe heap() {
    return heap;
  }

  /// The time of the runtime's timers.
  public VirtualTime time() {
    return time;
  }

  /// What has happened so far.
  public List<TaskEvent> events() {
    return List.copyOf(events);
  }

  /// What has happened so far, of one kind.
  public <E extends TaskEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /// Why nothing moves, or that it does. What other threads have told the runtime before is worked off
  /// then.
  public Diagnosis whyWaiting() {
    return now(sluice.whyWaiting(), "a diagnosis");
  }

  /// Drains the runtime, which must be quiet.
  ///
  /// @throws AssertionError if it is not; says what the drain waits for
  public DrainReport drain() {
    DrainProbe probe = new DrainProbe();
    Disposable drain = sluice.drain().subscribe(probe);
    DrainReport report = probe.report;
    if (report == null) {
      drain.dispose();
      throw new AssertionError("the runtime is not quiet: " + whyDrainWaits());
    }
    return report;
  }

  /// Checks that no byte of the heap is taken, no task is alive, no kernel runs and no result that
  /// yields is open. Runs may be open, such as that of an idle publisher.
  ///
  /// @throws AssertionError if not; says what is held, and by whom
  public void assertNothingIsHeld() {
    Figures now = sluice.figures();
    if (now.heapUsedBytes() != 0 || now.liveCount() != 0 || now.runningCount() != 0) {
      throw new AssertionError(
          String.format(
              Locale.ROOT,
              "%,d bytes and %,d task(s) are held, %,d kernel(s) run: %s",
              now.heapUsedBytes(),
              now.liveCount(),
              now.runningCount(),
              whyDrainWaits()));
    }
  }

  private String whyDrainWaits() {
    return now(sluice.whyDrainWaits(), "a diagnosis").sentence();
  }

  /// The answer, which is there at once unless another thread is just at work in the runtime.
  private static <T> T now(Mono<T> question, String what) {
    try {
      return question.toFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while it waited for " + what, interrupt);
    } catch (ExecutionException | TimeoutException failure) {
      throw new AssertionError("the runtime gave no answer to the question for " + what, failure);
    }
  }

  /// Disposes of the runtime and ends what runs, without calling kernels. Idempotent.
  @Override
  public void close() {
    sluice.dispose();
    workers.releaseAll();
    listening.dispose();
  }

  /// What the runtime has in place of threads and a clock.
  private final class ByHand implements Surroundings {
    @Override
    public WorkerPool pool(ThreadKind kind, String name, int workerCount) {
      return new ManualPool(name, workerCount, workers::add);
    }

    @Override
    public Scheduler timers() {
      return time;
    }

    /// No jitter.
    @Override
    public double chance() {
      return 0.5;
    }

    /// Whoever drains goes on to the end.
    @Override
    public Executor overflow() {
      return rest -> {
        throw new RejectedExecutionException("there is no other thread");
      };
    }

    @Override
    public void call(CalledKernel called) throws Exception {
      workers.call(called);
    }

    @Override
    public Mono<Void> begin(CalledKernel called) throws Exception {
      return workers.begin(called);
    }

    @Override
    public void admitted(Task task, MemorySegment slab) {
      freshBytes.fill(slab);
      heap.add(task);
    }
  }

  private static final class DrainProbe implements Consumer<DrainReport> {
    volatile @Nullable DrainReport report;

    @Override
    public void accept(DrainReport resolved) {
      report = resolved;
    }
  }
}
