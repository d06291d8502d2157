package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.DataSize;
import io.sluice.engine.EngineConfig;
import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import io.sluice.worker.WorkerIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/// Short tasks are left to one busy worker, and go on elsewhere when it turns out to be held up.
class ShortTasksTest {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int MANY = 5_000;

  /// As many as make empty tasks short ones in a JVM that is new.
  private static final int WARM = 50_000;

  private static Flux<Task> shortTasks(int count) {
    return Flux.range(0, count).map(i -> Task.call("short", context -> {}));
  }

  @RepeatedTest(20)
  void theyPassAKernelThatBlocks() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      StepVerifier.create(sluice.submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      for (int i = 0; i < 5; i++) {
        CountDownLatch release = new CountDownLatch(1);
        Mono<Long> blocked =
            sluice
                .submit(Flux.just(Task.call("blocks", context -> await(release))))
                .count()
                .cache();
        var _ = blocked.subscribe();
        StepVerifier.create(sluice.submit(shortTasks(1_000)).count())
            .expectNext(1_000L)
            .expectComplete()
            .verify(BOUND);
        release.countDown();
        StepVerifier.create(blocked).expectNext(1L).expectComplete().verify(BOUND);
      }
    }
  }

  /// New tasks and reports wait for the next completion while short tasks are left to one worker, which here
  /// doesn't come.
  @RepeatedTest(20)
  void whatWaitsForTheNextCompletionPassesOneThatBlocks() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      CountDownLatch release = new CountDownLatch(1);
      Flux<Task> oneBlocks =
          Flux.range(0, MANY)
              .map(i -> Task.call("one of many", context -> awaitIf(i == MANY / 2, release)));
      Mono<Long> blocked =
          sluice.with(run -> run.maxInFlight(64)).submit(oneBlocks).count().cache();
      var _ = blocked.subscribe();
      StepVerifier.create(sluice.with(run -> run.maxInFlight(8)).submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      release.countDown();
      StepVerifier.create(blocked).expectNext((long) MANY).expectComplete().verify(BOUND);
    }
  }

  /// New tasks wait for the next completion of a chain, of which none is ever left, and here it doesn't come.
  @RepeatedTest(20)
  void whatWaitsForTheNextOfAChainPassesOneThatBlocks() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      UserTensor chained = sluice.tensor(DType.UINT8, 1);
      CountDownLatch blocks = new CountDownLatch(1);
      CountDownLatch release = new CountDownLatch(1);
      Flux<Task> tasks =
          Flux.range(0, MANY)
              .map(
                  i ->
                      Task.call(
                              "chained",
                              context -> {
                                if (i == MANY / 2) {
                                  blocks.countDown();
                                  await(release);
                                }
                              })
                          .inout(chained));
      Mono<Long> blocked = sluice.submit(tasks).count().cache();
      var _ = blocked.subscribe();
      await(blocks);
      StepVerifier.create(sluice.submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      release.countDown();
      StepVerifier.create(blocked).expectNext((long) MANY).expectComplete().verify(BOUND);
    }
  }

  /// A run with plenty of short tasks is not asked for more, but for where these don't move.
  @RepeatedTest(20)
  void oneOfAChainThatWaitsForAnotherFarBehindItGetsIt() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      UserTensor chained = sluice.tensor(DType.UINT8, 1);
      CountDownLatch release = new CountDownLatch(1);
      int waits = MANY / 2;
      int releases = waits + 4 * EngineConfig.PLENTY_COUNT;
      Flux<Task> tasks =
          Flux.range(0, MANY)
              .map(
                  i ->
                      i == releases
                          ? Task.call("releases", context -> release.countDown())
                          : Task.call("chained", context -> awaitIf(i == waits, release))
                              .inout(chained));
      StepVerifier.create(sluice.submit(tasks).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
    }
  }

  /// Nobody is left who could say that they are held up.
  @RepeatedTest(5)
  void aGroupOnAllWorkersMayWaitForOneThatIsStillToCome() {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.kibibytes(16))
            .threads("cpu", 2)
            .blockingThreads("io", 1)
            .build()) {
      StepVerifier.create(sluice.submit(shortTasks(MANY)).then()).expectComplete().verify(BOUND);
      CountDownLatch release = new CountDownLatch(1);
      Task group =
          Task.group("waits", context -> await(release), Arguments.none(), Arguments.none());
      Flux<Task> tasks =
          shortTasks(MANY)
              .startWith(group)
              .concatWithValues(Task.call("releases", context -> release.countDown()).on("io"));
      StepVerifier.create(sluice.submit(tasks).count())
          .expectNext(MANY + 2L)
          .expectComplete()
          .verify(BOUND);
    }
  }

  /// Nobody could say that it is held up.
  @RepeatedTest(5)
  void theOnlyWorkerMayWaitForAllThatThePublisherHasStillToGive() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 1).build()) {
      for (int i = 0; i < 3; i++) {
        CountDownLatch allSent = new CountDownLatch(1);
        Flux<Task> tasks =
            shortTasks(MANY)
                .startWith(Task.call("waits for all", context -> await(allSent)))
                .doOnComplete(allSent::countDown);
        StepVerifier.create(sluice.submit(tasks).count())
            .expectNext(MANY + 1L)
            .expectComplete()
            .verify(BOUND);
      }
    }
  }

  private static void awaitIf(boolean blocks, CountDownLatch release) {
    if (blocks) {
      await(release);
    }
  }

  @Test
  void theyPassASubscriberThatBlocks() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      CountDownLatch release = new CountDownLatch(1);
      AtomicInteger received = new AtomicInteger();
      Mono<Void> blocked =
          sluice
              .submit(shortTasks(MANY))
              .doOnNext(result -> blockOnce(received, release))
              .then()
              .cache();
      var _ = blocked.subscribe();
      StepVerifier.create(sluice.submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      release.countDown();
      StepVerifier.create(blocked).expectComplete().verify(BOUND);
      assertThat(received).hasValue(MANY);
    }
  }

  /// The subscriber holds a worker of which the scheduler thinks that it is idle. Tasks for it alone lie
  /// behind that; others need not.
  @RepeatedTest(5)
  void theyPassATaskThatLiesBehindASubscriberThatBlocks() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 2).build()) {
      StepVerifier.create(sluice.submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      CountDownLatch release = new CountDownLatch(1);
      int held = holdAWorker(sluice, release);
      StepVerifier.create(sluice.submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      awaitThatItSleeps("sluice-cpu-" + (1 - held));
      Mono<Long> behind = sluice.submit(Flux.just(exact(held))).count().cache();
      var _ = behind.subscribe();
      for (int i = 0; i < 10; i++) {
        StepVerifier.create(sluice.submit(shortTasks(2)).count())
            .expectNext(2L)
            .expectComplete()
            .verify(BOUND);
      }
      release.countDown();
      StepVerifier.create(behind).expectNext(1L).expectComplete().verify(BOUND);
    }
  }

  /// Without a tick, as who has nobody to watch over any more: the one that is held up was told of.
  private static void awaitThatItSleeps(String thread) {
    Instant bound = Instant.now().plus(BOUND);
    while (!Thread.getAllStackTraces().keySet().stream()
        .filter(each -> each.getName().equals(thread))
        .allMatch(each -> each.getState() == Thread.State.WAITING)) {
      assertThat(Instant.now()).isBefore(bound);
      Thread.onSpinWait();
    }
  }

  private static Task exact(int worker) {
    return Task.call("exact", context -> {}).on("cpu", worker);
  }

  /// Results are delivered by whoever drains, mostly a worker.
  ///
  /// @return which worker is held, in a subscriber
  private static int holdAWorker(Sluice sluice, CountDownLatch release) {
    AtomicReference<WorkerIdentity> held = new AtomicReference<>();
    while (held.get() == null) {
      CountDownLatch seen = new CountDownLatch(1);
      var _ =
          sluice
              .submit(Flux.just(exact(0)))
              .subscribe(
                  result -> {
                    held.set(WorkerIdentity.current());
                    seen.countDown();
                    if (held.get() != null) {
                      await(release);
                    }
                  });
      await(seen);
    }
    return held.get().index();
  }

  /// Nobody could say that the head of a chain is held up: the other worker, of which the scheduler thinks that it is
  /// idle, is inside a subscriber.
  ///
  /// @return the chain's count
  private static Mono<Long> blockAll(
      Sluice sluice, CountDownLatch subscriber, CountDownLatch kernel) {
    StepVerifier.create(sluice.submit(shortTasks(WARM)).count())
        .expectNext((long) WARM)
        .expectComplete()
        .verify(BOUND);
    int held = holdAWorker(sluice, subscriber);
    UserTensor chained = sluice.tensor(DType.UINT8, 1);
    CountDownLatch inside = new CountDownLatch(1);
    Task head =
        Task.call(
                "head",
                context -> {
                  inside.countDown();
                  await(kernel);
                })
            .inout(chained)
            .on("cpu", 1 - held);
    Mono<Long> chain =
        sluice
            .submit(
                Flux.range(0, EngineConfig.PLENTY_COUNT)
                    .map(i -> Task.call("chained", context -> {}).inout(chained))
                    .startWith(head))
            .count()
            .cache();
    var _ = chain.subscribe();
    await(inside);
    return chain;
  }

  @RepeatedTest(5)
  void aPublisherIsAskedOnWhereNobodyCouldTell() {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.kibibytes(16))
            .threads("cpu", 2)
            .blockingThreads("io", 1)
            .build()) {
      UserTensor behind = sluice.tensor(DType.UINT8, 1);
      CountDownLatch subscriber = new CountDownLatch(1);
      CountDownLatch kernel = new CountDownLatch(1);
      CountDownLatch released = new CountDownLatch(1);
      Mono<Long> chain = blockAll(sluice, subscriber, kernel);
      Flux<Task> tasks =
          Flux.range(0, EngineConfig.PLENTY_COUNT)
              .map(i -> Task.call("writes", context -> {}).inout(behind))
              .concatWithValues(Task.call("releases", context -> released.countDown()).on("io"));
      Mono<Long> asked = sluice.submit(tasks).count().cache();
      var _ = asked.subscribe();
      awaitSoon(released);
      subscriber.countDown();
      kernel.countDown();
      StepVerifier.create(asked)
          .expectNext(EngineConfig.PLENTY_COUNT + 1L)
          .expectComplete()
          .verify(BOUND);
      StepVerifier.create(chain.then()).expectComplete().verify(BOUND);
    }
  }

  @RepeatedTest(5)
  void aClosedResultGivesItsBytesBackWhereNobodyCouldTell() {
    try (Sluice sluice =
        Sluice.builder()
            .heap(DataSize.kibibytes(16))
            .threads("cpu", 2)
            .blockingThreads("io", 1)
            .build()) {
      CountDownLatch subscriber = new CountDownLatch(1);
      CountDownLatch kernel = new CountDownLatch(1);
      CountDownLatch ran = new CountDownLatch(1);
      Tensor most = Tensor.of(DType.UINT8, 12 * 1024);
      Tensor asMuch = Tensor.of(DType.UINT8, 12 * 1024);
      TaskResult open =
          Objects.requireNonNull(
              sluice
                  .submit(
                      Flux.just(Task.call("one", context -> {}).out(most).yields(most).on("io")))
                  .blockFirst(BOUND));
      Mono<Long> chain = blockAll(sluice, subscriber, kernel);
      Task waits = Task.call("two", context -> ran.countDown()).out(asMuch).on("io");
      Mono<Long> waiting = sluice.submit(Flux.just(waits)).count().cache();
      var _ = waiting.subscribe();
      open.close();
      awaitSoon(ran);
      subscriber.countDown();
      kernel.countDown();
      StepVerifier.create(waiting).expectNext(1L).expectComplete().verify(BOUND);
      StepVerifier.create(chain.then()).expectComplete().verify(BOUND);
    }
  }

  /// For the first worker there is always a next one, until the other has run what any may.
  @Test
  void theyAreNotLeftForEverToOneThatIsGivenOthers() {
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(16)).threads("cpu", 3).build()) {
      StepVerifier.create(sluice.submit(shortTasks(MANY)).count())
          .expectNext((long) MANY)
          .expectComplete()
          .verify(BOUND);
      AtomicBoolean done = new AtomicBoolean();
      Mono<Long> others =
          sluice
              .submit(
                  Flux.range(0, Integer.MAX_VALUE).takeWhile(i -> !done.get()).map(i -> exact(0)))
              .count()
              .cache();
      var _ = others.subscribeOn(Schedulers.boundedElastic()).subscribe();
      for (int i = 0; i < 100; i++) {
        StepVerifier.create(sluice.submit(shortTasks(1)).count())
            .expectNext(1L)
            .expectComplete()
            .verify(BOUND);
      }
      done.set(true);
      StepVerifier.create(others.then()).expectComplete().verify(BOUND);
    }
  }

  private static void blockOnce(AtomicInteger received, CountDownLatch release) {
    if (received.incrementAndGet() == MANY / 2) {
      await(release);
    }
  }

  private static void await(CountDownLatch latch) {
    await(latch, 60);
  }

  /// While others wait for a latch of theirs, and give up later.
  private static void awaitSoon(CountDownLatch latch) {
    await(latch, 20);
  }

  private static void await(CountDownLatch latch, int seconds) {
    try {
      assertThat(latch.await(seconds, TimeUnit.SECONDS)).as("released").isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
