package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.context.ContextRegistry;
import io.sluice.task.Kernel;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/// The subscriber's context reaches users' code, and registered thread-locals with it.
class ContextTest extends RuntimeTest {
  private static final String KEY = "user";
  private static final ThreadLocal<String> USER = new ThreadLocal<>();

  private final List<String> seen = new CopyOnWriteArrayList<>();

  private void see(String where) {
    seen.add(where + " " + USER.get());
  }

  private Task seeing(String name) {
    return Task.call(name, context -> see(name));
  }

  private static Kernel clean() {
    return context -> assertThat(USER.get()).as("what the kernel before left behind").isNull();
  }

  private static void run(Flux<?> run, Context context) {
    StepVerifier.create(run.contextWrite(context))
        .thenConsumeWhile(value -> true)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aWriterSeesTheSubscribersContext() {
    Tensor tensor = slabs(1);
    Task fill =
        Task.fill(
            tensor,
            (view, context) -> {
              view.setInt(0, 7);
              seen.add(context.taskName() + " " + context.contextView().get(KEY));
            });
    run(
        sluice.submit(Flux.just(fill.yields(tensor)), RuntimeTest::valueOf),
        Context.of(KEY, "ada"));
    assertThat(seen).containsExactly("fill ada");
  }

  @Test
  void aKernelAReaderAndAPublisherSeeTheSubscribersContext() {
    Flux<Task> tasks =
        Flux.deferContextual(
            context -> {
              seen.add("publisher " + context.get(KEY));
              return Flux.just(
                  Task.call("a", kernel -> seen.add("kernel " + kernel.contextView().get(KEY))));
            });
    run(
        sluice.submit(tasks, result -> seen.add("reader " + result.contextView().get(KEY))),
        Context.of(KEY, "ann"));
    assertThat(seen).containsExactly("publisher ann", "kernel ann", "reader ann");
  }

  @Test
  void eachSubscriptionHasItsOwn() {
    Flux<String> run =
        sluice.submit(
            Flux.defer(() -> Flux.just(quick("a"))), result -> result.contextView().get(KEY));
    StepVerifier.create(run.contextWrite(Context.of(KEY, "ann")))
        .expectNext("ann")
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(run.contextWrite(Context.of(KEY, "bob")))
        .expectNext("bob")
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aScopesPublisherSeesIt() {
    Flux<Flux<Task>> scopes =
        Flux.just(
            Flux.deferContextual(
                context -> {
                  seen.add(context.get(KEY));
                  return Flux.just(quick("a"));
                }));
    run(sluice.submitScoped(scopes), Context.of(KEY, "ann"));
    assertThat(seen).containsExactly("ann");
  }

  @Test
  void aProgramsTaskSeesTheContextOfItsOwnSubmission() {
    Task task = Task.call("a", kernel -> seen.add("" + kernel.contextView().get(KEY)));
    run(
        sluice.run(
            program ->
                program
                    .submit(task)
                    .contextWrite(Context.of(KEY, "inner"))
                    .then(program.submit(task))
                    .doOnNext(result -> seen.add("result " + result.contextView().get(KEY)))),
        Context.of(KEY, "outer"));
    assertThat(seen).containsExactly("inner", "outer", "result outer");
  }

  @Test
  void aReactiveKernelAndItsMonoSeeIt() {
    use(builder().reactive("calls", 4));
    Task task =
        Task.callReactive(
                "a",
                kernel -> {
                  seen.add("kernel " + kernel.contextView().get(KEY));
                  return Mono.deferContextual(
                      context -> {
                        seen.add("mono " + context.get(KEY));
                        return Mono.empty();
                      });
                })
            .on("calls");
    run(sluice.submit(Flux.just(task)), Context.of(KEY, "ann"));
    run(
        sluice.run(program -> program.submit(task).contextWrite(Context.of(KEY, "inner"))),
        Context.of(KEY, "outer"));
    assertThat(seen).containsExactly("kernel ann", "mono ann", "kernel inner", "mono inner");
  }

  /// With Micrometer's library and an accessor.
  @Nested
  class ThreadLocals {
    @BeforeEach
    void register() {
      ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
    }

    @AfterEach
    void forget() {
      Hooks.disableAutomaticContextPropagation();
      ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
      USER.remove();
    }

    @Test
    void areSetAroundKernelsWritersReadersAndProgramsAndRestored() {
      Tensor tensor = slabs(1);
      USER.set("caller");
      run(
          sluice.submit(
              Flux.just(
                  seeing("kernel").on("cpu", 0),
                  Task.fill(tensor, view -> see("fill")),
                  quick("after").in(tensor)),
              result -> {
                see("reader");
                return 1;
              }),
          Context.of(KEY, "ann"));
      assertThat(seen)
          .contains("kernel ann", "fill ann", "reader ann")
          .doesNotContain("reader caller");
      assertThat(USER.get()).isEqualTo("caller");
      USER.remove();
      run(sluice.submit(Flux.just(Task.call("b", clean()).on("cpu", 0))), Context.empty());
    }

    @Test
    void areSetAroundTheCallOfAProgram() {
      run(
          sluice.run(
              program -> {
                see("program");
                return program.submit(seeing("task"));
              }),
          Context.of(KEY, "ann"));
      assertThat(seen).containsExactly("program ann", "task ann");
    }

    @Test
    void areRestoredBehindAKernelAndAReaderThatThrow() {
      StepVerifier.create(
              sluice
                  .submit(Flux.just(failing("bad", failure("no")).on("cpu", 0)))
                  .contextWrite(Context.of(KEY, "ann")))
          .expectError()
          .verify(BOUND);
      StepVerifier.create(
              sluice
                  .submit(
                      Flux.just(quick("a").on("cpu", 0)),
                      result -> {
                        throw failure("reader");
                      })
                  .contextWrite(Context.of(KEY, "ann")))
          .expectErrorMessage("reader")
          .verify(BOUND);
      run(sluice.submit(Flux.just(Task.call("b", clean()).on("cpu", 0))), Context.empty());
    }

    @Test
    void areLeftAloneByAnEmptyContext() {
      run(sluice.submit(Flux.just(seeing("kernel"))), Context.empty());
      assertThat(seen).containsExactly("kernel null");
    }

    /// What is captured at the subscription is Reactor's doing, as is what subscribers are handed.
    @Test
    void reachDeliveriesAndPublishersWherePropagationIsAutomatic() {
      Hooks.enableAutomaticContextPropagation();
      USER.set("ann");
      Flux<Task> tasks =
          Flux.generate(
              () -> 0,
              (count, sink) -> {
                see("publisher");
                sink.next(seeing("kernel"));
                if (count == 9) {
                  sink.complete();
                }
                return count + 1;
              });
      StepVerifier.create(
              Mono.fromFuture(
                  sluice
                      .with(run -> run.lookAhead(1))
                      .submit(tasks)
                      .doOnNext(result -> see("delivery"))
                      .then()
                      .contextCapture()
                      .toFuture()))
          .expectComplete()
          .verify(BOUND);
      assertThat(seen).hasSize(30).allMatch(text -> text.endsWith(" ann"));
      USER.remove();
    }

    @Test
    void ofAnotherAreClearedWherePropagationIsAutomatic() {
      Hooks.enableAutomaticContextPropagation();
      ManualPublisher<Task> tasks = ManualPublisher.create();
      StepVerifier.create(
              sluice
                  .submit(tasks, result -> String.valueOf(USER.get()))
                  .contextWrite(context -> context.delete(KEY)),
              0)
          .then(() -> Await.emitted(tasks, quick("a")))
          .then(ContextTest.this::settled)
          .then(() -> USER.set("who requests"))
          .thenRequest(1)
          .expectNext("null")
          .then(() -> assertThat(USER.get()).isEqualTo("who requests"))
          .then(tasks::complete)
          .expectComplete()
          .verify(BOUND);
    }

    @Test
    void areNotAskedForInTheSchedulerWherePropagationIsAutomatic() {
      Hooks.enableAutomaticContextPropagation();
      List<StackTraceElement[]> asked = new CopyOnWriteArrayList<>();
      ContextRegistry.getInstance()
          .registerThreadLocalAccessor(
              "asked",
              () -> {
                asked.add(new Throwable().getStackTrace());
                return null;
              },
              value -> {},
              () -> {});
      try (EventWatch watch = new EventWatch(sluice)) {
        run(sluice.submit(Flux.just(quick("a"), quick("b"))), Context.of(KEY, "ann"));
        Objects.requireNonNull(watch);
      } finally {
        ContextRegistry.getInstance().removeThreadLocalAccessor("asked");
      }
      assertThat(asked).isNotEmpty();
      assertThat(asked)
          .noneMatch(
              trace ->
                  List.of(trace).stream()
                      .anyMatch(frame -> frame.getClassName().startsWith("io.sluice.engine.")));
    }
  }
}
