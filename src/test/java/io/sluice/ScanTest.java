package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.test.ManualPublisher;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.Scannable;
import reactor.core.Scannable.Attr;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.test.StepVerifier;

/// What Reactor's tools can see of a run.
class ScanTest extends RuntimeTest {
  private final ManualPublisher<Task> tasks = ManualPublisher.create();

  @Test
  void aRunThatWasNotSubscribedToKnowsItsPublisherAndItsLookAhead() {
    Flux<?> run = use(builder().lookAhead(3)).submit(tasks);
    assertThat(Scannable.from(run).scan(Attr.PARENT)).isSameAs(Scannable.from(tasks));
    assertThat(Scannable.from(run).scan(Attr.PREFETCH)).isEqualTo(3);
    assertThat(Scannable.from(run).scan(Attr.RUN_STYLE)).isEqualTo(Attr.RunStyle.ASYNC);
  }

  @Test
  void aSubscriptionKnowsItsDemandAndItsQueuedResults() {
    AtomicReference<Scannable> run = new AtomicReference<>();
    StepVerifier.create(
            sluice.submit(tasks).doOnSubscribe(s -> run.set(Scannable.from(s))).map(r -> 1), 0)
        .then(() -> assertThat(run.get().scan(Attr.REQUESTED_FROM_DOWNSTREAM)).isZero())
        .then(() -> Await.emitted(tasks, quick("a"), quick("b")))
        .then(() -> Await.until("both", () -> buffered(run.get()) == 2))
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> assertThat(buffered(run.get())).isEqualTo(1))
        .then(() -> assertThat(run.get().scan(Attr.TERMINATED)).isFalse())
        .then(() -> assertThat(run.get().scan(Attr.CANCELLED)).isFalse())
        .thenCancel()
        .verify(BOUND);
    assertThat(run.get().scan(Attr.CANCELLED)).isTrue();
    assertThat(run.get().scan(Attr.ACTUAL)).isNotNull();
  }

  private static int buffered(Scannable run) {
    return Objects.requireNonNull(run.scan(Attr.BUFFERED));
  }

  @Test
  void aFailedSubscriptionKnowsItsError() {
    AtomicReference<Scannable> run = new AtomicReference<>();
    RuntimeException no = failure("no");
    StepVerifier.create(sluice.submit(tasks).doOnSubscribe(s -> run.set(Scannable.from(s))))
        .then(() -> tasks.fail(no))
        .expectError()
        .verify(BOUND);
    assertThat(run.get().scan(Attr.ERROR)).isSameAs(no);
    assertThat(run.get().scan(Attr.TERMINATED)).isTrue();
  }

  private static List<String> stepsOf(Object operator) {
    return Scannable.from(operator).steps().toList();
  }

  @Test
  void theStepsOfAPipelineReadWell() {
    assertThat(stepsOf(sluice.submit(Flux.just(quick("a"))).map(r -> 1)))
        .containsExactly("source(FluxJust)", "submit", "map");
    assertThat(stepsOf(sluice.submitScoped(Flux.just(Flux.just(quick("a")))).map(r -> 1)))
        .containsExactly("source(FluxJust)", "submitScoped", "map");
    assertThat(stepsOf(sluice.submitScopedSequentialDelayError(Flux.just(Flux.just(quick("a"))))))
        .containsExactly("source(FluxJust)", "submitScopedSequentialDelayError");
    assertThat(stepsOf(sluice.run(program -> Flux.empty()).map(r -> 1)))
        .containsExactly("run", "map");
    assertThat(stepsOf(sluice.events().map(r -> 1))).containsExactly("sluice", "events", "map");
    assertThat(stepsOf(sluice.drain().map(r -> 1))).containsExactly("drain", "map");
  }

  /// Also what is built from Reactor's own operators is one step.
  @Test
  void answersAreKnownByWhatWasAsked() {
    assertThat(stepsOf(sluice.demand().map(r -> 1))).containsExactly("demand", "map");
    assertThat(stepsOf(sluice.whyWaiting())).containsExactly("whyWaiting");
    assertThat(stepsOf(sluice.whyDrainWaits())).containsExactly("whyDrainWaits");
    assertThat(stepsOf(sluice.disposeGracefully(BOUND))).containsExactly("disposeGracefully");
    List<String> steps = new CopyOnWriteArrayList<>();
    StepVerifier.create(
            sluice.run(
                program -> {
                  steps.addAll(stepsOf(program.alloc(DType.INT8, 1)));
                  steps.addAll(stepsOf(program.scope(inner -> Flux.empty())));
                  steps.addAll(stepsOf(program.submit(quick("a"))));
                  return Flux.empty();
                }))
        .expectComplete()
        .verify(BOUND);
    assertThat(steps).containsExactly("alloc", "scope", "submit");
  }

  @Test
  void namesAndTagsAreKept() {
    Flux<?> named =
        sluice.with(run -> run.name("photos")).submit(tasks).tag("shop", "north").map(result -> 1);
    assertThat(Scannable.from(named).name()).isEqualTo("photos");
    assertThat(Scannable.from(named).tags().map(Object::toString)).containsExactly("[shop,north]");
    Flux<?> program = sluice.with(run -> run.name("p")).run(orchestrator -> Flux.empty());
    assertThat(Scannable.from(program).name()).isEqualTo("p");
    assertThat(Scannable.from(sluice.submit(tasks).name("outer")).name()).isEqualTo("outer");
  }

  @Test
  void aSubscriptionLeadsToItsPublisherAndItsSubscriber() {
    AtomicReference<Scannable> run = new AtomicReference<>();
    StepVerifier.create(
            sluice
                .with(options -> options.name("photos").lookAhead(3))
                .submitScoped(Flux.just(tasks))
                .doOnSubscribe(s -> run.set(Scannable.from(s)))
                .map(r -> 1))
        .then(tasks::subscriber)
        .then(() -> assertThat(run.get().name()).isEqualTo("photos"))
        .then(() -> assertThat(run.get().scan(Attr.PREFETCH)).isEqualTo(3))
        .then(
            () ->
                assertThat(run.get().parents().map(Scannable::stepName).toList())
                    .contains("scopes"))
        .then(
            () ->
                assertThat(run.get().inners().map(Scannable::stepName).toList())
                    .containsExactly("tasks"))
        .then(
            () ->
                assertThat(run.get().inners().map(inner -> inner.scan(Attr.ACTUAL)).toList())
                    .containsExactly(run.get()))
        .then(
            () ->
                assertThat(run.get().actuals().map(Scannable::stepName).toList())
                    .startsWith("peek", "map"))
        .then(tasks::complete)
        .expectComplete()
        .verify(BOUND);
    assertThat(run.get().parents().allMatch(up -> up.scanOrDefault(Attr.TERMINATED, false)))
        .isTrue();
  }

  @Test
  void aProgramKnowsWhatItWaitsFor() {
    AtomicReference<Scannable> run = new AtomicReference<>();
    StepVerifier.create(
            sluice
                .run(program -> program.submit(kernels.task("slow")))
                .doOnSubscribe(s -> run.set(parentOf(s))))
        .then(() -> kernels.awaitStarted("slow"))
        .then(
            () ->
                assertThat(run.get().inners().map(Scannable::name).toList())
                    .containsExactly("slow"))
        .then(() -> assertThat(run.get().scan(Attr.TERMINATED)).isFalse())
        .then(() -> kernels.complete("slow"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(run.get().inners()).isEmpty();
    assertThat(run.get().scan(Attr.TERMINATED)).isTrue();
    assertThat(run.get().scan(Attr.CANCELLED)).isFalse();
  }

  /// Behind the subscriber that serialises a program's signals.
  private static Scannable parentOf(Object operator) {
    return Scannable.from(operator).parents().findFirst().orElseThrow();
  }

  @Test
  void aDrainKnowsWhetherItIsCancelled() {
    AtomicReference<Scannable> drain = new AtomicReference<>();
    StepVerifier.create(sluice.submit(Flux.just(kernels.task("slow"))))
        .then(() -> kernels.awaitStarted("slow"))
        .then(
            () ->
                StepVerifier.create(sluice.drain().doOnSubscribe(s -> drain.set(Scannable.from(s))))
                    .thenCancel()
                    .verify(BOUND))
        .then(() -> assertThat(drain.get().scan(Attr.CANCELLED)).isTrue())
        .then(() -> assertThat(drain.get().scan(Attr.ACTUAL)).isNotNull())
        .then(() -> kernels.complete("slow"))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aListenerToEventsKnowsItsBuffer() {
    AtomicReference<Scannable> listener = new AtomicReference<>();
    StepVerifier.create(sluice.events(7).doOnSubscribe(s -> listener.set(Scannable.from(s))), 0)
        .then(() -> assertThat(listener.get().scan(Attr.CAPACITY)).isEqualTo(7))
        .then(() -> sluice.submit(Flux.just(quick("a"))).then().toFuture().join())
        .then(() -> Await.until("some", () -> buffered(listener.get()) > 0))
        .then(
            () ->
                assertThat(parentOf(listener.get()).inners().anyMatch(listener.get()::equals))
                    .isTrue())
        .thenCancel()
        .verify(BOUND);
    assertThat(listener.get().scan(Attr.CANCELLED)).isTrue();
  }

  @Test
  void anAssemblyTraceLeadsToTheUsersLine() {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    Hooks.onOperatorDebug();
    try {
      fail(sluice.submit(Flux.just(failing("bad", failure("no")))), failures);
      fail(sluice.submitScoped(Flux.just(Flux.just(failing("bad", failure("no"))))), failures);
      fail(sluice.run(program -> program.submit(failing("bad", failure("no")))), failures);
    } finally {
      Hooks.resetOnOperatorDebug();
    }
    assertThat(failures).hasSize(3);
    assertThat(traceOf(failures.get(0))).contains("Sluice.submit ⇢ at io.sluice.ScanTest.anAss");
    assertThat(traceOf(failures.get(1)))
        .contains("Sluice.submitScoped ⇢ at io.sluice.ScanTest.anAss");
    assertThat(traceOf(failures.get(2)))
        .contains("Sluice.submit ⇢ at io.sluice.ScanTest.")
        .contains("Sluice.run ⇢ at io.sluice.ScanTest.anAss");
  }

  private static void fail(Flux<?> run, List<Throwable> failures) {
    StepVerifier.create(run).consumeErrorWith(failures::add).verify(BOUND);
  }

  private static String traceOf(Throwable failure) {
    return List.of(failure.getSuppressed()).toString();
  }

  @Test
  void aCheckpointNamesItself() {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    fail(
        sluice.submit(Flux.just(failing("bad", failure("no")))).checkpoint("thumbnails"), failures);
    assertThat(traceOf(failures.getFirst())).contains("checkpoint ⇢ thumbnails");
  }
}
