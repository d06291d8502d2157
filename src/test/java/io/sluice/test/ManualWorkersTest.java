package io.sluice.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.TaskFailedException;
import io.sluice.error.WorkerLostException;
import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/// Kernels that end by the test's hand.
class ManualWorkersTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final TestSluice test =
      TestSluice.of(Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 2));
  private final Sluice sluice = test.sluice();
  private final ManualWorkers workers = test.workers();
  private final HeapProbe heap = test.heap();

  @AfterEach
  void nothingIsLeft() {
    test.close();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  private static Tensor slabs(int count) {
    return Tensor.of(DType.UINT8, count * 1_024L);
  }

  private static Task task(String name) {
    return Task.call(
        name,
        context -> {
          throw new AssertionError("this kernel is not to be called");
        });
  }

  @Test
  void aFullHeapHoldsTheNextTaskUntilASlabIsReleased() {
    ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
    Task a = task("a").out(slabs(4));
    Task b = task("b").out(slabs(4));
    Task c = task("c").out(slabs(1));
    StepVerifier.create(sluice.submitScoped(scopes))
        .then(() -> scopes.next(Flux.just(a), Flux.just(b), Flux.just(c)))
        .then(() -> assertThat(heap.admitted()).as("c waits for bytes").containsExactly(a, b))
        .then(() -> workers.complete(a))
        .then(() -> assertThat(heap.admitted()).containsExactly(a, b, c))
        .expectNextMatches(result -> result.task() == a)
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void tasksEndInTheOrderThatTheTestWants() {
    StepVerifier.create(sluice.submit(Flux.just(task("a"), task("b"))).map(ManualWorkersTest::name))
        .then(() -> assertThat(workers.runningNames()).containsExactly("a", "b"))
        .then(() -> workers.complete("b"))
        .expectNext("b")
        .then(() -> workers.complete("a"))
        .expectNext("a")
        .expectComplete()
        .verify(BOUND);
    test.assertNothingIsHeld();
  }

  private static String name(TaskResult result) {
    return result.task().name();
  }

  @Test
  void aPoolRunsAsManyTasksAsItHasWorkers() {
    StepVerifier.create(sluice.submit(Flux.just(task("a"), task("b"), task("c"))))
        .then(() -> assertThat(workers.runningNames()).containsExactly("a", "b"))
        .then(() -> workers.complete("a"))
        .then(() -> assertThat(workers.runningNames()).containsExactly("b", "c"))
        .then(() -> workers.complete("b", "c"))
        .expectNextCount(3)
        .expectComplete()
        .verify(BOUND);
    assertThat(workers.startedNames()).containsExactly("a", "b", "c");
  }

  @Test
  void aKernelIsCalledOnTheThreadThatRunsIt() {
    List<Thread> threads = new ArrayList<>();
    Tensor tensor = slabs(1);
    Flux<Task> tasks =
        Flux.just(
            Task.fill(tensor, view -> view.fillBytes((byte) 7)),
            Task.call("read", context -> threads.add(Thread.currentThread()))
                .in(tensor)
                .yields(tensor));
    StepVerifier.create(sluice.submit(tasks, result -> result.task().yielded().size()))
        .then(() -> assertThat(workers.runningNames()).as("read waits").containsExactly("fill"))
        .then(() -> workers.run("fill"))
        .then(() -> workers.run("read"))
        .expectNext(0, 1)
        .expectComplete()
        .verify(BOUND);
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void runningAllEndsWhatStartsMeanwhile() {
    Tensor tensor = slabs(1);
    Flux<Task> chain = Flux.range(0, 5).map(i -> Task.call("t" + i, c -> {}).inout(tensor));
    StepVerifier.create(sluice.submit(chain.startWith(Task.alloc(tensor))))
        .then(() -> assertThat(workers.runAll()).isEqualTo(5))
        .expectNextCount(6)
        .expectComplete()
        .verify(BOUND);
    test.assertNothingIsHeld();
  }

  /// As on a thread, which is inside the kernel by then.
  @Test
  void aKernelThatIsAskedToStopAndCompletesHasCompleted() {
    List<Boolean> asked = new ArrayList<>();
    Task looks = Task.call("looks", context -> asked.add(context.isCancelled()));
    sluice.submit(Flux.just(looks, task("a"))).subscribe().dispose();
    workers.run(looks);
    workers.complete("a");
    assertThat(asked).containsExactly(true);
    assertThat(test.drain().cancelledCount()).isZero();
    assertThat(test.events(TaskEvent.Completed.class)).hasSize(2);
  }

  @Test
  void aReactiveKernelThatIsAskedToStopIsCancelled() {
    try (TestSluice reactive =
        TestSluice.of(Sluice.builder().heap(DataSize.kibibytes(8)).reactive("io", 1))) {
      List<String> called = new ArrayList<>();
      Task task =
          Task.callReactive("a", context -> Mono.fromRunnable(() -> called.add("subscribed")));
      reactive.sluice().submit(Flux.just(task)).subscribe().dispose();
      reactive.workers().run(task);
      assertThat(called).isEmpty();
      assertThat(reactive.drain().cancelledCount()).isOne();
    }
  }

  @Test
  void aTaskFailsWithWhatTheTestSays() {
    IllegalStateException no = new IllegalStateException("no");
    StepVerifier.create(sluice.submit(Flux.just(task("a"), task("b"))))
        .then(() -> workers.fail("b", no))
        .expectErrorSatisfies(
            error -> assertThat(error).isInstanceOf(TaskFailedException.class).hasRootCause(no))
        .verify(BOUND);
    assertThat(workers.isAskedToStop("a")).isTrue();
  }

  @Test
  void aCrashOfTheWorkerFailsTheTask() {
    StepVerifier.create(sluice.submit(Flux.just(task("a"))))
        .then(() -> workers.crashWorkerOf("a"))
        .expectErrorSatisfies(
            error ->
                assertThat(error.getCause())
                    .isInstanceOf(WorkerLostException.class)
                    .hasMessageContaining("cpu-0"))
        .verify(BOUND);
    test.assertNothingIsHeld();
  }

  @Test
  void behindACrashTheTaskIsTriedAgain() {
    Task a = task("a").retry(1);
    StepVerifier.create(sluice.submit(Flux.just(a)).map(TaskResult::task))
        .then(() -> workers.crashWorkerOf(a))
        .then(() -> assertThat(workers.running()).as("again").containsExactly(a))
        .then(() -> workers.complete(a))
        .expectNext(a)
        .expectComplete()
        .verify(BOUND);
    assertThat(workers.started()).containsExactly(a, a);
  }

  @Test
  void aBackOffPassesByTheTestsHand() {
    Task a = task("a").retry(TaskRetry.fixedDelay(1, Duration.ofMinutes(1)));
    StepVerifier.create(sluice.submit(Flux.just(a)).map(TaskResult::task))
        .then(() -> workers.fail(a, new IllegalStateException("once")))
        .then(() -> assertThat(workers.running()).isEmpty())
        .then(() -> test.time().advanceBy(Duration.ofMinutes(1)))
        .then(() -> workers.complete(a))
        .expectNext(a)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aTimeoutPassesByTheTestsHand() {
    Task a = task("a").timeout(Duration.ofSeconds(3));
    StepVerifier.create(sluice.submit(Flux.just(a)))
        .then(() -> test.time().advanceBy(Duration.ofSeconds(3)))
        .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("'a'"))
        .verify(BOUND);
    assertThat(workers.isAskedToStop(a)).isTrue();
  }

  @Test
  void aKernelsOwnFailureIsTheTasks() {
    StepVerifier.create(sluice.submit(Flux.just(task("a"))))
        .then(() -> workers.run("a"))
        .expectErrorMatches(error -> error.getCause() instanceof AssertionError)
        .verify(BOUND);
  }

  @Test
  void allRunningMembersOfAGroupAreEnded() {
    Task group = Task.group("pair", context -> {}, Arguments.none(), Arguments.none());
    StepVerifier.create(sluice.submit(Flux.just(group)))
        .then(() -> assertThat(workers.running()).containsExactly(group, group))
        .then(() -> workers.complete(group))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void toEndATaskThatDoesNotRunIsAnErrorThatSaysWhatDoes() {
    Flux<Task> tasks = Flux.just(task("a").out(slabs(8)), task("b").out(slabs(1)));
    var run = sluice.submit(tasks).subscribe();
    assertThatThrownBy(() -> workers.complete("b"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("'b' does not run; running: ['a' on cpu-0]")
        .hasMessageContaining("needs 1,024 bytes");
    run.dispose();
  }

  @Test
  void ofSeveralTasksWithANameTheOldestIsMeant() {
    Task first = task("same");
    Task second = task("same");
    StepVerifier.create(sluice.submit(Flux.just(first, second)).map(TaskResult::task))
        .then(() -> workers.complete("same"))
        .expectNext(first)
        .then(() -> workers.complete("same"))
        .expectNext(second)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aKernelMayEndAnotherTask() {
    Task a = Task.call("a", context -> workers.complete("b"));
    StepVerifier.create(sluice.submit(Flux.just(a, task("b"))).map(ManualWorkersTest::name))
        .then(() -> workers.run("a"))
        .expectNext("b", "a")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aTaskThatStartsOnAnotherThreadIsWaitedFor() {
    var run =
        sluice.submit(Flux.just(task("late")).delayElements(Duration.ofMillis(1))).subscribe();
    workers.awaitRunning("late");
    workers.complete("late");
    run.dispose();
  }

  @Test
  void aHeldResultIsSeen() {
    Tensor tensor = slabs(2);
    List<TaskResult> results = new ArrayList<>();
    var run =
        sluice.submit(Flux.just(task("a").out(tensor).yields(tensor))).subscribe(results::add);
    workers.complete("a");
    assertThatThrownBy(test::assertNothingIsHeld)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("2,048 bytes and 1 task(s) are held, 0 kernel(s) run")
        .hasMessageContaining("1 open result(s)");
    assertThatThrownBy(test::drain).hasMessageContaining("1 open result(s)");
    results.getFirst().close();
    assertThat(run.isDisposed()).as("the run has completed").isTrue();
    test.assertNothingIsHeld();
    assertThat(test.drain().taskCount()).isEqualTo(1);
  }

  @Test
  void freshBytesAreNotZero() {
    Tensor tensor = slabs(1);
    StepVerifier.create(
            sluice.submit(
                Flux.just(Task.call("leaves all out", context -> {}).out(tensor).yields(tensor)),
                result -> {
                  byte[] bytes = new byte[1_024];
                  result.view(tensor).copyTo(0, bytes, 0, bytes.length);
                  return bytes;
                }))
        .then(workers::runAll)
        .assertNext(bytes -> assertThat(bytes).isNotEqualTo(new byte[1_024]))
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void freshBytesOfAZeroedTensorAreZero() {
    Tensor tensor = slabs(1).zeroed();
    StepVerifier.create(
            sluice.submit(
                Flux.just(Task.call("leaves all out", context -> {}).out(tensor).yields(tensor)),
                result -> result.view(tensor).getInt(1_000)))
        .then(workers::runAll)
        .expectNext(0)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void timePassesByTheTestsHand() {
    ManualPublisher<Task> tasks = ManualPublisher.create();
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> tasks.next(task("runs").out(slabs(8)).lastUse(), task("waits").out(slabs(1))))
        .then(() -> test.time().advanceBy(Duration.ofSeconds(9)))
        .then(() -> assertThat(test.whyWaiting().neededBytes()).isEqualTo(1_024))
        .then(() -> test.time().advanceBy(Duration.ofSeconds(1)))
        .expectErrorMatches(error -> error.getMessage().contains("'waits'"))
        .verify(BOUND);
  }

  @Test
  void whatHappensIsWrittenDown() {
    StepVerifier.create(sluice.submit(Flux.just(task("a"))))
        .then(() -> workers.complete("a"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(test.events(TaskEvent.Completed.class))
        .extracting(TaskEvent.Completed::taskName)
        .containsExactly("a");
    assertThat(test.events()).first().isInstanceOf(TaskEvent.Admitted.class);
  }

  @Test
  void aReactiveKernelIsBegunByHandAndEndsWithItsMono() {
    Sinks.Empty<Void> answer = Sinks.empty();
    try (TestSluice reactive =
        TestSluice.of(Sluice.builder().heap(DataSize.kibibytes(8)).reactive("io", 3))) {
      Task fetch = Task.callReactive("fetch", context -> answer.asMono());
      Task other = Task.callReactive("other", context -> Mono.never());
      Task third = Task.callReactive("third", context -> Mono.never());
      StepVerifier.create(
              reactive.sluice().submit(Flux.just(fetch, other, third)).map(ManualWorkersTest::name))
          .then(() -> reactive.workers().run(fetch))
          .then(() -> assertThat(reactive.sluice().figures().runningCount()).isEqualTo(3))
          .then(() -> reactive.workers().complete(other))
          .expectNext("other")
          .then(() -> answer.tryEmitEmpty().orThrow())
          .expectNext("fetch")
          .then(() -> reactive.workers().fail(third, new IllegalStateException("on purpose")))
          .expectErrorSatisfies(error -> assertThat(error).hasRootCauseMessage("on purpose"))
          .verify(BOUND);
      reactive.assertNothingIsHeld();
    }
  }

  @Test
  void closingEndsWhatRuns() {
    Throwable[] error = new Throwable[1];
    var _ = sluice.submit(Flux.just(task("a"))).subscribe(r -> {}, failure -> error[0] = failure);
    test.close();
    assertThat(workers.running()).isEmpty();
    assertThat(error[0]).hasMessageContaining("disposed");
  }
}
