package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import io.sluice.config.DataSize;
import io.sluice.error.ConfigurationException;
import io.sluice.error.Diagnosis;
import io.sluice.error.InvalidTaskException;
import io.sluice.error.ResultClosedException;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.error.TaskFailedException;
import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.ReactiveKernel;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.PublisherProbe;
import reactor.test.publisher.TestPublisher;

/// A kernel that is a `Mono`: when it is called, what ends it, and that nothing of it reaches the heap
/// afterwards. That nothing is left is checked behind each test.
class ReactiveKernelTest extends RuntimeTest {
  private static final int CONCURRENCY = 4;

  private final Signals signals = new Signals();

  @Override
  SluiceBuilder builder() {
    return super.builder().reactive("io", CONCURRENCY);
  }

  /// Monos that the test ends by hand, by the name of their task.
  private static final class Signals {
    private final ConcurrentHashMap<String, Sinks.Empty<Void>> sinks = new ConcurrentHashMap<>();
    private final Set<String> started = ConcurrentHashMap.newKeySet();
    private final Set<String> cancelled = ConcurrentHashMap.newKeySet();

    Task task(String name) {
      return Task.callReactive(name, this::mono);
    }

    Mono<Void> mono(KernelContext context) {
      String name = context.taskName();
      return sink(name)
          .asMono()
          .doOnCancel(() -> cancelled.add(name))
          .doOnSubscribe(ignored -> started.add(name));
    }

    Sinks.Empty<Void> sink(String name) {
      return sinks.computeIfAbsent(name, ignored -> Sinks.empty());
    }

    void complete(String name) {
      sink(name).tryEmitEmpty().orThrow();
    }

    void awaitStarted(String... names) {
      Await.until("the start of " + Arrays.toString(names), () -> hasStarted(names));
    }

    boolean hasStarted(String... names) {
      return started.containsAll(List.of(names));
    }
  }

  private StepVerifier.FirstStep<String> names(Task... tasks) {
    return StepVerifier.create(sluice.submit(Flux.just(tasks), RuntimeTest::nameOf));
  }

  /// The cause with which the only task of a run fails.
  private Throwable failureOf(ReactiveKernel kernel) {
    AtomicReference<Throwable> cause = new AtomicReference<>();
    StepVerifier.create(sluice.submit(Flux.just(Task.callReactive("r", kernel))))
        .expectErrorSatisfies(
            error -> {
              assertThat(error).isInstanceOf(TaskFailedException.class);
              cause.set(error.getCause());
            })
        .verify(BOUND);
    return cause.get();
  }

  // ---- what it does ----

  @Test
  void theTaskCompletesWithItsMonoAndHoldsNoThreadMeanwhile() {
    String[] all = {"a", "b", "c", "d"};
    names(Arrays.stream(all).map(signals::task).toArray(Task[]::new))
        .then(() -> signals.awaitStarted(all))
        .then(() -> Arrays.asList("d", "b", "c", "a").forEach(signals::complete))
        .expectNextCount(4)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void noMoreAreOnTheirWayThanThePoolIsWide() {
    StepVerifier.create(
            sluice.submit(Flux.range(0, 6).map(i -> signals.task("r" + i)), RuntimeTest::nameOf))
        .then(() -> signals.awaitStarted("r0", "r1", "r2", "r3"))
        .then(() -> assertThat(settled().reason()).isEqualTo(Diagnosis.Reason.NO_IDLE_WORKER))
        .then(() -> assertThat(signals.started).hasSize(CONCURRENCY))
        .then(() -> signals.complete("r2"))
        .expectNext("r2")
        .then(() -> signals.awaitStarted("r4"))
        .then(() -> assertThat(signals.hasStarted("r5")).isFalse())
        .then(() -> List.of("r0", "r1", "r3", "r4", "r5").forEach(signals::complete))
        .expectNextCount(5)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void viewsAreGoodOnWhicheverThreadTheMonoRuns() {
    Tensor tensor = slabs(1);
    Task fetch =
        Task.callReactive(
                "fetch",
                context ->
                    Mono.fromRunnable(() -> context.tensor(0).setInt(0, 1))
                        .publishOn(Schedulers.parallel())
                        .then(
                            Mono.<Void>fromRunnable(
                                () -> context.tensor(0).copyFrom(1, new byte[] {2, 3}, 0, 2)))
                        .subscribeOn(Schedulers.boundedElastic()))
            .out(tensor)
            .yields(tensor);
    StepVerifier.create(sluice.submit(Flux.just(fetch), ReactiveKernelTest::threeBytes))
        .expectNext("1 2 3")
        .expectComplete()
        .verify(BOUND);
  }

  private static String threeBytes(TaskResult result) {
    TensorView view = result.view(result.task().yielded().getFirst());
    return view.getInt(0) + " " + view.getInt(1) + " " + view.getInt(2);
  }

  @Test
  void readersOfItsTensorsWaitForTheMono() {
    Tensor tensor = slabs(1);
    Task fetch =
        Task.callReactive(
                "fetch",
                context ->
                    signals
                        .mono(context)
                        .doOnSuccess(ignored -> context.tensor(tensor).setInt(0, 42)))
            .out(tensor);
    AtomicInteger seen = new AtomicInteger();
    Task read = Task.call("read", context -> seen.set(context.tensor(0).getInt(0))).in(tensor);
    names(fetch, read)
        .then(() -> signals.awaitStarted("fetch"))
        .then(() -> signals.complete("fetch"))
        .expectNext("fetch", "read")
        .expectComplete()
        .verify(BOUND);
    assertThat(seen).hasValue(42);
  }

  @Test
  void freshBytesAreZeroedForItAsForOthers() {
    Tensor tensor = slabs(1).zeroed();
    names(
            Task.call("dirty", context -> context.tensor(0).fillBytes((byte) 9)).out(slabs(8)),
            Task.call("end", context -> {}))
        .expectNextCount(2)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(
            sluice.submit(
                Flux.just(
                    Task.callReactive("empty", context -> Mono.empty()).out(tensor).yields(tensor)),
                RuntimeTest::valueOf))
        .expectNext(0)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void itsThreadIsThePoolsOwnAndReactorRefusesToBlockThere() {
    AtomicReference<String> thread = new AtomicReference<>();
    Throwable cause =
        failureOf(
            context -> {
              thread.set(Thread.currentThread().getName());
              Mono.never().block();
              return Mono.empty();
            });
    assertThat(thread).hasValue("sluice-io");
    assertThat(cause)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not supported in thread sluice-io");
  }

  @Test
  void whatEndsAtOnceIsNoRecursion() {
    int count = 100_000;
    StepVerifier.create(
            sluice
                .submit(Flux.range(0, count).map(i -> Task.callReactive("r", c -> Mono.empty())))
                .count())
        .expectNext((long) count)
        .expectComplete()
        .verify(BOUND.multipliedBy(6));
  }

  @Test
  void theMonoSeesTheContextOfTheRunsSubscriber() {
    AtomicReference<String> seen = new AtomicReference<>();
    Task task =
        Task.callReactive(
            "r",
            context ->
                Mono.deferContextual(view -> Mono.fromRunnable(() -> seen.set(view.get("user")))));
    StepVerifier.create(
            sluice.submit(Flux.just(task)).contextWrite(context -> context.put("user", "Ada")))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(seen).hasValue("Ada");
  }

  @Test
  void aGroupIsCompleteWhenAllItsMonosAre() {
    List<Sinks.Empty<Void>> ends = List.of(Sinks.empty(), Sinks.empty(), Sinks.empty());
    AtomicInteger begun = new AtomicInteger();
    Task group =
        Task.groupReactive(
            "group",
            context -> {
              begun.incrementAndGet();
              return ends.get(context.memberIndex()).asMono();
            },
            Arguments.none(),
            Arguments.none(),
            Arguments.none());
    names(group)
        .then(() -> Await.until("three members", () -> begun.get() == 3))
        .then(() -> ends.get(2).tryEmitEmpty().orThrow())
        .then(() -> ends.get(0).tryEmitEmpty().orThrow())
        .then(() -> assertThat(settled().reason()).isEqualTo(Diagnosis.Reason.MOVING))
        .then(() -> ends.get(1).tryEmitEmpty().orThrow())
        .expectNext("group")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aMemberThatFailsCancelsTheOthers() {
    CountDownLatch cancelled = new CountDownLatch(1);
    Task group =
        Task.groupReactive(
            "group",
            context ->
                context.memberIndex() == 0
                    ? Mono.<Void>never().doOnCancel(cancelled::countDown)
                    : Mono.error(failure("one of two")),
            Arguments.none(),
            Arguments.none());
    names(group)
        .expectErrorSatisfies(error -> assertThat(error).hasRootCauseMessage("one of two"))
        .verify(BOUND);
    Await.reached(cancelled, "the other member's cancellation");
  }

  @Test
  void tasksForOneExactWorkerGoOneAfterAnother() {
    names(signals.task("a").on("io", 2), signals.task("b").on("io", 2))
        .then(() -> signals.awaitStarted("a"))
        .then(() -> assertThat(settled().reason()).isEqualTo(Diagnosis.Reason.NO_IDLE_WORKER))
        .then(() -> assertThat(signals.hasStarted("b")).isFalse())
        .then(() -> signals.complete("a"))
        .expectNext("a")
        .then(() -> signals.complete("b"))
        .expectNext("b")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void eventsAndTheKernelNameItsPlaceInThePool() {
    AtomicReference<String> worker = new AtomicReference<>();
    EventWatch events = new EventWatch(sluice);
    names(
            Task.callReactive(
                    "r",
                    context -> {
                      worker.set(context.workerName());
                      return Mono.empty();
                    })
                .on("io", 3))
        .expectNext("r")
        .expectComplete()
        .verify(BOUND);
    assertThat(worker).hasValue("io-3");
    TaskEvent.Started started = events.await(TaskEvent.Started.class);
    assertThat(started.pool()).isEqualTo("io");
    assertThat(started.worker()).isEqualTo(3);
    events.close();
  }

  // ---- how it fails ----

  @Test
  void anErrorOfTheMonoIsTheCause() {
    RuntimeException thrown = failure("refused");
    assertThat(failureOf(context -> Mono.error(thrown))).isSameAs(thrown);
    assertThat(failureOf(context -> Mono.<Void>error(thrown).subscribeOn(Schedulers.parallel())))
        .isSameAs(thrown);
  }

  @Test
  void soIsWhatTheKernelThrows() {
    Exception checked = new Exception("checked");
    assertThat(
            failureOf(
                context -> {
                  throw checked;
                }))
        .isSameAs(checked);
    assertThat(
            failureOf(
                context -> {
                  throw new StackOverflowError("on purpose");
                }))
        .isInstanceOf(StackOverflowError.class);
  }

  @Test
  void aMonoThatIsNullFailsTheTask() {
    assertThat(failureOf(context -> null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage(
            "the kernel of task 'r' returned null; it must return a Mono, Mono.empty() if there is"
                + " nothing to wait for");
  }

  /// A publisher that does what this does when it is subscribed to.
  private static Mono<Void> raw(Consumer<CoreSubscriber<? super Void>> onSubscribe) {
    return new Mono<>() {
      @Override
      public void subscribe(CoreSubscriber<? super Void> actual) {
        onSubscribe.accept(actual);
      }
    };
  }

  @Test
  void aMonoThatThrowsFromSubscribeFailsTheTask() {
    RuntimeException thrown = failure("no");
    assertThat(
            failureOf(
                context ->
                    raw(
                        actual -> {
                          throw thrown;
                        })))
        .isSameAs(thrown);
  }

  @Test
  void anErrorThatIsNullIsOneAllTheSame() {
    assertThat(failureOf(context -> raw(actual -> actual.onError(null))))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("task 'r' signalled onError(null)");
  }

  @Test
  @SuppressWarnings("unchecked")
  void elementsAreIgnored() {
    Mono<Void> three = (Mono<Void>) (Mono<?>) Mono.just(3);
    names(Task.callReactive("just", context -> three))
        .expectNext("just")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void theFirstSignalCounts() {
    TestPublisher<Void> loose =
        TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
    Tensor tensor = slabs(1);
    names(
            Task.callReactive("twice", context -> loose.mono()).out(tensor),
            Task.call("reader", context -> {}).in(tensor))
        .then(() -> Await.until("subscription", () -> loose.subscribeCount() == 1))
        .then(loose::complete)
        .then(loose::complete)
        .expectNext("twice", "reader")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aSecondSubscriptionIsCancelled() {
    AtomicInteger cancelled = new AtomicInteger();
    Subscription second =
        new Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {
            cancelled.incrementAndGet();
          }
        };
    names(
            Task.callReactive(
                "r",
                context ->
                    raw(
                        actual -> {
                          actual.onSubscribe(Operators.emptySubscription());
                          actual.onSubscribe(second);
                          actual.onComplete();
                        })))
        .expectNext("r")
        .expectComplete()
        .verify(BOUND);
    assertThat(cancelled).hasValue(1);
  }

  @Test
  void readersOfWhatFailedDontRun() {
    Tensor tensor = slabs(1);
    StepVerifier.create(
            sluice.submitDelayError(
                Flux.just(
                    Task.callReactive("r", context -> Mono.error(failure("lost"))).out(tensor),
                    kernels.task("reader").in(tensor))))
        .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("2"))
        .verify(BOUND);
    assertThat(kernels.hasStarted("reader")).isFalse();
  }

  // ---- cancel ----

  @Test
  void cancellingTheRunCancelsTheMonoAndItsBytesComeBackAtOnce() {
    PublisherProbe<Void> probe = PublisherProbe.of(Mono.never());
    StepVerifier.create(
            sluice.submit(Flux.just(Task.callReactive("r", c -> probe.mono()).out(slabs(8)))))
        .then(() -> Await.until("subscription", probe::wasSubscribed))
        .thenCancel()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    probe.assertWasCancelled();
    assertNothingIsHeld();
  }

  @Test
  void whatGoesOnBehindTheCancelFindsItsViewsEnded() {
    AtomicReference<TensorView> kept = new AtomicReference<>();
    AtomicReference<KernelContext> context = new AtomicReference<>();
    Task task =
        Task.callReactive(
                "r",
                given -> {
                  kept.set(given.tensor(0));
                  context.set(given);
                  return signals.mono(given);
                })
            .out(slabs(1), slabs(1));
    StepVerifier.create(sluice.submit(Flux.just(task)))
        .then(() -> signals.awaitStarted("r"))
        .thenCancel()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertEnded(() -> kept.get().getInt(0));
    assertEnded(() -> kept.get().setInt(0, 1));
    assertEnded(() -> kept.get().copyFrom(0, new byte[1], 0, 1));
    assertEnded(() -> kept.get().fillBytes((byte) 1));
    assertEnded(() -> kept.get().withSegment(segment -> 0));
    assertEnded(() -> context.get().tensor(1).getInt(0));
    assertThat(context.get().isCancelled()).isTrue();
    assertThat(context.get().taskName()).isEqualTo("r");
  }

  private static void assertEnded(ThrowingCallable access) {
    assertThatExceptionOfType(ResultClosedException.class)
        .isThrownBy(access)
        .withMessageContaining("the kernel of")
        .withMessageContaining("has ended");
  }

  @Test
  void whoIsInsideAViewHoldsItsBytesBehindTheCancel() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    Task task =
        Task.callReactive(
                "r",
                context ->
                    Mono.create(
                        sink -> Thread.ofPlatform().start(() -> linger(context, inside, leave))))
            .out(slabs(1));
    StepVerifier.create(sluice.submit(Flux.just(task)))
        .then(() -> Await.reached(inside, "the access"))
        .thenCancel()
        .verify(BOUND);
    var _ = settled();
    Figures figures = sluice.figures();
    assertThat(figures.heapUsedBytes()).isEqualTo(SLAB);
    assertThat(figures.runningCount()).isOne();
    leave.countDown();
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  private static void linger(KernelContext context, CountDownLatch inside, CountDownLatch leave) {
    try {
      lingerInside(context, inside, leave);
    } catch (ResultClosedException expected) {
      // the task was cancelled meanwhile
    }
  }

  private static void lingerInside(
      KernelContext context, CountDownLatch inside, CountDownLatch leave) {
    context
        .tensor(0)
        .withSegment(
            segment -> {
              inside.countDown();
              Await.reached(leave, "the test's leave");
              return segment.fill((byte) 1);
            });
  }

  @Test
  void aMonoThatIgnoresItsCancelCantHoldTheTask() {
    TestPublisher<Void> deaf =
        TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
    StepVerifier.create(
            sluice.submit(Flux.just(Task.callReactive("deaf", c -> raw(deaf::subscribe)))))
        .then(() -> Await.until("subscription", () -> deaf.subscribeCount() == 1))
        .thenCancel()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    deaf.complete();
  }

  @Test
  void aCancelThatThrowsIsContained() {
    Subscription broken =
        new Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {
            throw failure("on purpose, from cancel");
          }
        };
    CountDownLatch begun = new CountDownLatch(1);
    StepVerifier.create(
            sluice.submit(
                Flux.just(
                    Task.callReactive(
                        "r",
                        context ->
                            raw(
                                actual -> {
                                  actual.onSubscribe(broken);
                                  begun.countDown();
                                })))))
        .then(() -> Await.reached(begun, "the subscription"))
        .thenCancel()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  /// The kernel itself is on its way when the run is cancelled: the end waits for its return.
  @Test
  void aKernelThatHasNotReturnedIsWaitedFor() {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    AtomicReference<Boolean> asked = new AtomicReference<>();
    Task task =
        Task.callReactive(
            "slow",
            context -> {
              inside.countDown();
              Await.reached(leave, "the test's leave");
              asked.set(context.isCancelled());
              return signals.mono(context);
            });
    StepVerifier.create(sluice.submit(Flux.just(task)))
        .then(() -> Await.reached(inside, "the kernel"))
        .thenCancel()
        .verify(BOUND);
    var _ = settled();
    assertThat(sluice.figures().runningCount()).isOne();
    leave.countDown();
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(asked).hasValue(true);
    assertThat(signals.started).as("subscribed, and cancelled at once").isEmpty();
  }

  @Test
  void aMonoThatNeverEndsHoldsItsPlaceAndIsNamed() {
    CompletableFuture<DrainReport> drained = new CompletableFuture<>();
    StepVerifier.create(sluice.submit(Flux.just(signals.task("endless"))))
        .then(() -> signals.awaitStarted("endless"))
        .then(
            () -> {
              var _ = sluice.drain().subscribe(drained::complete);
            })
        .then(
            () ->
                assertThat(sluice.whyDrainWaits().block(BOUND).sentence())
                    .contains("DRAIN_WAITS_FOR")
                    .contains("'endless'"))
        .then(() -> assertThat(drained).isNotDone())
        .then(() -> signals.complete("endless"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(drained).succeedsWithin(BOUND);
  }

  @Test
  void disposingCancelsWhatIsOnItsWay() {
    StepVerifier.create(sluice.submit(Flux.just(signals.task("r"))))
        .then(() -> signals.awaitStarted("r"))
        .then(sluice::dispose)
        .expectError(RuntimeDisposedException.class)
        .verify(BOUND);
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
    assertThat(signals.cancelled).containsExactly("r");
    use(builder());
  }

  /// Cancels while Monos complete, over and over: each task ends once, and all is given back.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void cancelsRaceCompletions(long seed) {
    List<Throwable> wrong = new CopyOnWriteArrayList<>();
    for (int round = 0; round < 100; round++) {
      int taken = (int) ((seed * 31 + round) % 7);
      StepVerifier.create(
              sluice
                  .submitScoped(
                      Flux.range(0, 12)
                          .map(
                              i ->
                                  Flux.just(
                                      Task.callReactive("r", c -> touch(c, wrong))
                                          .out(slabs(1 + i % 3)))))
                  .take(taken))
          .expectNextCount(taken)
          .expectComplete()
          .verify(BOUND);
      StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
      assertNothingIsHeld();
    }
    assertThat(wrong).isEmpty();
  }

  private static Mono<Void> touch(KernelContext context, List<Throwable> wrong) {
    return Mono.<Void>fromRunnable(() -> fillAndCheck(context, wrong))
        .subscribeOn(Schedulers.parallel());
  }

  /// Bytes of its own stay its own for as long as it may touch them.
  private static void fillAndCheck(KernelContext context, List<Throwable> wrong) {
    try {
      byte mine = (byte) context.taskId().hashCode();
      context
          .tensor(0)
          .withSegment(
              segment -> {
                segment.fill(mine);
                for (long i = 0; i < segment.byteSize(); i++) {
                  if (segment.get(ValueLayout.JAVA_BYTE, i) != mine) {
                    throw new IllegalStateException("another task's byte");
                  }
                }
                return 0;
              });
    } catch (ResultClosedException ended) {
      // as it has to be, behind a cancel
    } catch (Throwable failure) {
      wrong.add(failure);
    }
  }

  // ---- which pool ----

  @Test
  void aReactiveKernelOnAPoolOfThreadsIsRefused() {
    assertRefused(
        signals.task("r").on("cpu"),
        "task 'r': its kernel is reactive, but the workers of pool 'cpu' are threads; choose one"
            + " made with Sluice.builder().reactive(...), or use Task.call(...)");
  }

  @Test
  void anOrdinaryKernelOnAReactivePoolIsRefused() {
    assertRefused(
        quick("q").on("io"),
        "task 'q': its kernel needs a thread, but pool 'io' is reactive and holds none; choose one"
            + " made with Sluice.builder().threads(...), or use Task.callReactive(...)");
    assertRefused(
        Task.fill(Tensor.of(DType.UINT8, 1), view -> {}).on("io"),
        "task 'fill': its kernel needs a thread, but pool 'io' is reactive and holds none; choose"
            + " one made with Sluice.builder().threads(...), or use Task.callReactive(...)");
  }

  @Test
  void aReactiveKernelWithoutAReactivePoolIsRefused() {
    use(super.builder());
    assertRefused(
        signals.task("r"),
        "task 'r': its kernel is reactive, but the pools [cpu, NEXT_LEVEL, SUB, LOADER] all run on"
            + " threads; add one with Sluice.builder().reactive(...)");
  }

  @Test
  void aGroupWiderThanThePoolIsRefused() {
    Arguments[] five = new Arguments[5];
    Arrays.fill(five, Arguments.none());
    assertRefused(
        Task.groupReactive("wide", context -> Mono.empty(), five),
        "task 'wide': its group has 5 members but pool 'io' has 4 worker(s); make the pool larger"
            + " or the group smaller");
  }

  private void assertRefused(Task task, String message) {
    StepVerifier.create(sluice.submit(Flux.just(task)))
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .asInstanceOf(throwable(InvalidTaskException.class))
                    .hasMessage(message))
        .verify(BOUND);
    assertThat(sluice.figures().admittedCount()).isZero();
  }

  @Test
  void tasksThatNameNoPoolGoToTheFirstOfTheirKind() {
    use(
        Sluice.builder()
            .heap(DataSize.kibibytes(8))
            .reactive("first", 2)
            .reactive("second", 2)
            .threads("cpu", 1));
    List<String> workers = new CopyOnWriteArrayList<>();
    names(
            Task.callReactive(
                "r",
                context -> {
                  workers.add(context.workerName());
                  return Mono.empty();
                }),
            Task.call("q", context -> workers.add(context.workerName())))
        .expectNextCount(2)
        .expectComplete()
        .verify(BOUND);
    assertThat(workers).containsExactlyInAnyOrder("first-0", "cpu-0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"NEXT_LEVEL", "SUB", "LOADER"})
  void theDefaultPoolsAreNeverReactive(String name) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> Sluice.builder().reactive(name, 4))
        .withMessage(
            "pool.name must not be that of a default pool, whose tasks need threads, was '%s' for a"
                + " reactive pool; choose another, as in reactive(\"io\", 64)",
            name);
  }
}
