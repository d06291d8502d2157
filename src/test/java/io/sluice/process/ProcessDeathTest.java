package io.sluice.process;

import static io.sluice.task.DType.INT64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.Await;
import io.sluice.Sluice;
import io.sluice.config.CancelPolicy;
import io.sluice.config.DataSize;
import io.sluice.config.ProcessOptions;
import io.sluice.error.RemoteKernelException;
import io.sluice.error.TaskFailedException;
import io.sluice.error.TaskTimeoutException;
import io.sluice.error.WorkerLostException;
import io.sluice.error.WorkerStartException;
import io.sluice.observe.SluiceMeters;
import io.sluice.task.Arguments;
import io.sluice.task.Kernel;
import io.sluice.task.KernelLibrary;
import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Worker processes that die, hang, or never come up.
class ProcessDeathTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private static Sluice sluice(int children, UnaryOperator<ProcessOptions> change) {
    return Sluice.builder()
        .heap(DataSize.mebibytes(4))
        .processes("cpu", children, TestKernels.class, change)
        .build();
  }

  private static Throwable causeOf(Mono<?> run) {
    Throwable failure = run.materialize().block(BOUND).getThrowable();
    assertThat(failure).isInstanceOf(TaskFailedException.class);
    return failure.getCause();
  }

  /// H-28, H-36.
  @Test
  void aChildThatExitsFailsItsTaskWithCodeAndLastOutputAndTheNextOneRuns() {
    try (Sluice sluice = sluice(1, child -> child)) {
      Tensor out = Tensor.of(INT64, 1);
      Throwable cause =
          causeOf(
              sluice.submit(Flux.just(Task.call("bang", TestKernels.EXIT_ONCE).out(out))).then());
      assertThat(cause)
          .isInstanceOf(WorkerLostException.class)
          .hasMessageContaining("worker cpu-0")
          .hasMessageContaining("exited with code 7")
          .hasMessageContaining("about to exit");
      WorkerLostException lost = (WorkerLostException) cause;
      assertThat(lost.output()).contains("about to exit");
      assertThat(lost.exitStatus()).hasValue(7);
      assertThat(lost.signal()).isEmpty();
      sluice.submit(Flux.just(Task.call("next", TestKernels.NOTHING))).blockLast(BOUND);
      sluice.drain().block(BOUND);
      assertThat(sluice.figures().heapUsedBytes()).isZero();
    }
  }

  @Test
  void aTaskWhoseWorkerIsLostIsTriedAgainByTheBudgetForLostWorkers() {
    try (Sluice sluice = sluice(1, child -> child)) {
      Tensor out = Tensor.of(INT64, 1);
      Task task =
          Task.call("bang", TestKernels.EXIT_ONCE)
              .out(out)
              .yields(out)
              .retry(TaskRetry.max(0).maxLostWorkers(1));
      assertThat(sluice.submit(Flux.just(task), r -> r.view(out).getLong(0)).blockLast(BOUND))
          .isEqualTo(42);
    }
  }

  @ParameterizedTest(name = "signal {0}: {1}")
  @CsvSource({"9, died with signal 9", "15, died with signal 15", "11, SIGSEGV"})
  void aChildThatIsKilledTellsItsSignal(int signal, String told) {
    try (Sluice sluice = sluice(1, child -> child)) {
      Task task = Task.call("kill", TestKernels.SIGNAL).scalar(signal);
      assertThat(causeOf(sluice.submit(Flux.just(task)).then()))
          .isInstanceOf(WorkerLostException.class)
          .hasMessageContaining(told);
    }
  }

  /// The system tells both alike.
  @Test
  void anExitCodeThatLooksLikeASignalIsToldAsEither() {
    try (Sluice sluice = sluice(1, child -> child)) {
      Throwable cause =
          causeOf(sluice.submit(Flux.just(Task.call("t", TestKernels.EXIT).scalar(137))).then());
      assertThat(cause)
          .hasMessageContaining(
              "died with signal 9 (or exited with code 137, which looks the same)");
      assertThat(((WorkerLostException) cause).exitStatus()).hasValue(137);
      assertThat(((WorkerLostException) cause).signal()).hasValue(9);
    }
  }

  /// H-34.
  @Test
  void aKernelPastItsTimeoutIsKilledWithItsProcessAndReplaced() {
    try (Sluice sluice = sluice(1, child -> child)) {
      Task hang = Task.call("hang", TestKernels.HANG).timeout(Duration.ofMillis(500));
      assertThat(causeOf(sluice.submit(Flux.just(hang)).then()))
          .isInstanceOf(TaskTimeoutException.class);
      sluice.submit(Flux.just(Task.call("next", TestKernels.NOTHING))).blockLast(BOUND);
      sluice.drain().block(BOUND);
    }
  }

  @Test
  void aStoppedChildIsFoundByTheHeartbeat() {
    try (Sluice sluice = sluice(1, child -> child.heartbeat(Duration.ofSeconds(1)))) {
      Task task = Task.call("stop", TestKernels.SIGNAL).scalar(19);
      assertThat(causeOf(sluice.submit(Flux.just(task)).then()))
          .isInstanceOf(WorkerLostException.class)
          .hasMessageContaining("no sign of life");
    }
  }

  /// A program's own blocking waits often fill it.
  @Test
  void aDeathIsSeenWhileTheCommonPoolIsBusy() {
    CountDownLatch release = new CountDownLatch(1);
    try (Sluice sluice = sluice(1, child -> child.heartbeat(Duration.ofDays(1)))) {
      for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
        ForkJoinPool.commonPool().execute(() -> Await.reached(release, "the end of the test"));
      }
      Task task = Task.call("kill", TestKernels.SIGNAL).scalar(9);
      assertThat(causeOf(sluice.submit(Flux.just(task)).then()))
          .isInstanceOf(WorkerLostException.class)
          .hasMessageContaining("signal 9");
    } finally {
      release.countDown();
    }
  }

  @Test
  void aChildThatDiesWithoutATaskIsStartedAgainAndCounted() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Sluice sluice = sluice(1, child -> child);
        SluiceMeters meters = SluiceMeters.of(sluice)) {
      meters.bindTo(registry);
      long killed = Children.pidOf(sluice);
      assertThat(sluice.figures().restartCount()).isZero();
      Children.signal(killed, "KILL");
      Await.until("the death is seen", () -> sluice.figures().restartCount() == 1);
      assertThat(Children.pidOf(sluice)).isNotEqualTo(killed);
      assertThat(registry.get("sluice.workers.restarts").functionCounter().count()).isEqualTo(1);
    }
  }

  /// It has begun nothing, so nobody but the one who waited for it can tell.
  @Test
  void aChildThatIsStoppedWhileItSleepsIsFoundByATasksTimeout() {
    try (Sluice sluice = sluice(1, child -> child.heartbeat(Duration.ofDays(1)))) {
      long stopped = Children.pidOf(sluice);
      Children.signal(stopped, "STOP");
      Task timed = Task.call("timed", TestKernels.NOTHING).timeout(Duration.ofMillis(500));
      assertThat(causeOf(sluice.submit(Flux.just(timed)).then()))
          .isInstanceOf(TaskTimeoutException.class);
      assertThat(Children.pidOf(sluice)).isNotEqualTo(stopped);
    }
  }

  @Test
  void anErrorCrossesWithClassMessageStackAndCause() {
    try (Sluice sluice = sluice(1, child -> child)) {
      Throwable cause =
          causeOf(sluice.submit(Flux.just(Task.call("fail", TestKernels.FAIL))).then());
      assertThat(cause)
          .isInstanceOf(RemoteKernelException.class)
          .hasMessage("java.io.IOException: boom");
      assertThat(((RemoteKernelException) cause).remoteType())
          .isEqualTo(IOException.class.getName());
      assertThat(cause.getStackTrace()[0].getMethodName()).isEqualTo("fail");
      assertThat(cause.getCause()).hasMessage("java.lang.IllegalStateException: because");
    }
  }

  @Test
  void aKernelThatNeedsTooMuchMemoryEndsItsProcessOnly() {
    try (Sluice sluice = sluice(1, child -> child.heap(DataSize.mebibytes(16)))) {
      assertThat(causeOf(sluice.submit(Flux.just(Task.call("t", TestKernels.EXHAUST))).then()))
          .isInstanceOf(WorkerLostException.class)
          .hasMessageContaining("OutOfMemoryError");
      sluice.submit(Flux.just(Task.call("next", TestKernels.NOTHING))).blockLast(BOUND);
    }
  }

  /// H-36: with what the child printed.
  @Test
  void aPoolWhoseChildrenCannotStartFailsItsTasksWithWhatTheyPrinted() {
    try (Sluice sluice = sluice(2, child -> child.jvmOptions("-XX:NoSuchOption=1"))) {
      Throwable cause =
          causeOf(sluice.submit(Flux.just(Task.call("t", TestKernels.NOTHING))).then());
      assertThat(cause)
          .isInstanceOf(WorkerStartException.class)
          .hasMessageContaining("NoSuchOption")
          .hasMessageContaining("exited with code 1");
    }
  }

  @Test
  void aDirectoryThatIsNotThereIsTold() {
    try (Sluice sluice = sluice(1, child -> child.workingDirectory(Path.of("/no/such/place")))) {
      assertThat(causeOf(sluice.submit(Flux.just(Task.call("t", TestKernels.NOTHING))).then()))
          .isInstanceOf(WorkerStartException.class)
          .hasMessageContaining("/no/such/place");
    }
  }

  /// H-45: one time for all children, whose resources come back.
  @Test
  void childrenThatDoNotAnswerShareOneTimeToStart() {
    long startedNs = System.nanoTime();
    try (Sluice sluice =
        sluice(
            3,
            child ->
                child
                    .jvmOptions(
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,address=127.0.0.1:0")
                    .startTimeout(Duration.ofSeconds(2)))) {
      assertThat(causeOf(sluice.submit(Flux.just(Task.call("t", TestKernels.NOTHING))).then()))
          .isInstanceOf(WorkerStartException.class);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - startedNs)).isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void aLambdaIsRefusedWithTheWayToNameIt() {
    try (Sluice sluice = sluice(1, child -> child)) {
      assertThatThrownBy(
              () -> sluice.submit(Flux.just(Task.call("t", context -> {}))).blockLast(BOUND))
          .hasMessageContaining("its kernel is a lambda")
          .hasMessageContaining("KernelLibrary.kernel(...)");
    }
  }

  /// Another library than the pool's.
  public static final class Other implements KernelLibrary {
    @Override
    public Map<String, Kernel> kernels() {
      return Map.of("nothing", context -> {});
    }
  }

  @Test
  void aKernelOfAnotherLibraryIsRefused() {
    try (Sluice sluice = sluice(1, child -> child)) {
      Task task = Task.call("t", KernelLibrary.kernel(Other.class, "nothing"));
      assertThatThrownBy(() -> sluice.submit(Flux.just(task)).blockLast(BOUND))
          .hasMessageContaining("is not of the library of pool 'cpu'");
    }
  }

  @Test
  void stagedTasksMoveToTheNextChildWithoutUsingARetry() {
    try (Sluice sluice = sluice(1, child -> child)) {
      List<Task> tasks =
          List.of(
              Task.call("bang", TestKernels.EXIT).scalar(3),
              Task.call("a", TestKernels.NOTHING),
              Task.call("b", TestKernels.NOTHING));
      assertThat(
              sluice
                  .submitDelayError(Flux.fromIterable(tasks), r -> r.task().name())
                  .onErrorResume(e -> Mono.just("failed"))
                  .collectList()
                  .block(BOUND))
          .containsExactlyInAnyOrder("a", "b", "failed");
    }
  }

  @Test
  void aGroupOfWhichAProcessDiesStopsTheOthersAndFails() {
    try (Sluice sluice = sluice(3, child -> child)) {
      Task group =
          Task.group(
              "group",
              TestKernels.EXIT_FIRST,
              Arguments.none(),
              Arguments.none(),
              Arguments.none());
      assertThat(causeOf(sluice.submit(Flux.just(group)).then()))
          .isInstanceOf(WorkerLostException.class)
          .hasMessageContaining("exited with code 8");
      sluice.drain().block(BOUND);
    }
  }

  /// One that is asked to stop in time does not die.
  @Test
  void eachProcessOfAGroupThatDiesCounts() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Sluice sluice = sluice(2, child -> child);
        SluiceMeters meters = SluiceMeters.of(sluice)) {
      meters.bindTo(registry);
      assertThat(registry.get("sluice.workers.lost").functionCounter().count()).isZero();
      Arguments exit = Arguments.none().scalar(8);
      assertThat(
              causeOf(
                  sluice.submit(Flux.just(Task.group("g", TestKernels.EXIT, exit, exit))).then()))
          .isInstanceOf(WorkerLostException.class);
      sluice.drain().block(BOUND);
      long lost = sluice.figures().lostWorkerCount();
      assertThat(lost).isBetween(1L, 2L);
      Await.until("each is replaced", () -> sluice.figures().restartCount() == lost);
      assertThat(registry.get("sluice.workers.lost").functionCounter().count())
          .isEqualTo((double) lost);
    }
  }

  /// Nobody else may run it.
  @Test
  void aTaskForAnExactWorkerWaitsForItsNextProcess() {
    try (Sluice sluice = sluice(2, child -> child)) {
      List<String> told =
          sluice
              .submitDelayError(
                  Flux.just(
                      Task.call("bang", TestKernels.EXIT).scalar(3).on("cpu", 1),
                      Task.call("next", TestKernels.NOTHING).on("cpu", 1)),
                  r -> r.task().name())
              .onErrorResume(e -> Mono.just("failed"))
              .collectList()
              .block(BOUND);
      assertThat(told).containsExactlyInAnyOrder("next", "failed");
      assertThat(sluice.figures().restartCount()).isEqualTo(1);
    }
  }

  /// The kernel sleeps where no flag is seen.
  @Test
  void aKernelIsInterruptedInItsProcessWhichLivesOn() {
    try (Sluice sluice = sluice(1, child -> child)) {
      long pid = Children.pidOf(sluice);
      sluice
          .with(run -> run.cancelPolicy(CancelPolicy.INTERRUPT))
          .submit(
              Flux.just(
                  Task.call("first", TestKernels.NOTHING), Task.call("await", TestKernels.AWAIT)))
          .take(1)
          .blockLast(BOUND);
      sluice.drain().block(BOUND);
      assertThat(Children.pidOf(sluice)).isEqualTo(pid);
    }
  }

  @Test
  void abandoningARunKillsItsProcess() {
    try (Sluice sluice = sluice(1, child -> child)) {
      Tensor pid = Tensor.of(INT64, 1);
      sluice
          .with(run -> run.cancelPolicy(CancelPolicy.ABANDON))
          .submit(
              Flux.just(
                  Task.call("pid", TestKernels.PID).out(pid), Task.call("hang", TestKernels.HANG)))
          .take(1)
          .blockLast(BOUND);
      sluice.submit(Flux.just(Task.call("next", TestKernels.NOTHING))).blockLast(BOUND);
      sluice.drain().block(BOUND);
    }
  }
}
