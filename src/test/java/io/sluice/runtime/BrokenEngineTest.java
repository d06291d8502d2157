package io.sluice.runtime;

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
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

/// What becomes of users when an event throws inside the drain, which is a bug: they are told.
class BrokenEngineTest {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final String BUG = "bug in Sluice";

  private final Shell shell =
      new Shell(
          new ShellConfig(
              new EngineConfig(
                  1 << 16,
                  HeapPolicy.FIRST_FIT,
                  EngineConfig.NO_TIMEOUT,
                  List.of(new PoolLayout("cpu", 1)),
                  0,
                  0),
              List.of(new PoolConfig("cpu", 1, Threads.COMPUTE)),
              null,
              LeakLevel.SAMPLED));

  private final LogCapture log = LogCapture.start();

  private static RunPlan plan(FailureMode mode) {
    return new RunPlan(mode, RunOptions.defaults(), false, false);
  }

  @AfterEach
  void itCanBeDisposedOfAllTheSame() {
    try (log) {
      StepVerifier.create(shell.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
      assertThat(log.text()).as("the log").contains(BUG).contains("thrown by the test");
    }
  }

  private void breakIt() {
    shell.post(
        engine -> {
          throw new IllegalStateException("thrown by the test");
        });
  }

  private Flux<TaskResult> submit(Flux<Task> tasks) {
    return shell.submit(tasks, plan(FailureMode.DELAY_ERROR), null);
  }

  @Test
  void openRunsFailAndSayThatItIsABug() {
    TestPublisher<Task> tasks = TestPublisher.create();
    StepVerifier.create(submit(tasks.flux()))
        .then(this::breakIt)
        .expectErrorSatisfies(BrokenEngineTest::saysThatItIsABug)
        .verify(BOUND);
    tasks.assertCancelled();
  }

  @Test
  void programsFailAsWell() {
    StepVerifier.create(shell.run(program -> Mono.never(), plan(FailureMode.PROGRAM)))
        .then(this::breakIt)
        .expectErrorSatisfies(BrokenEngineTest::saysThatItIsABug)
        .verify(BOUND);
  }

  @Test
  void waitingDrainsFailAndSoDoLaterOnes() {
    TestPublisher<Task> tasks = TestPublisher.create();
    var _ = submit(tasks.flux()).onErrorComplete().subscribe();
    StepVerifier.create(shell.drain(totals -> totals))
        .then(this::breakIt)
        .expectErrorSatisfies(BrokenEngineTest::saysThatItIsABug)
        .verify(BOUND);
    StepVerifier.create(shell.drain(totals -> totals))
        .expectErrorSatisfies(BrokenEngineTest::saysThatItIsABug)
        .verify(BOUND);
  }

  @Test
  void laterRunsAreRefused() {
    breakIt();
    StepVerifier.create(submit(Flux.just(Task.call("late", context -> {}))))
        .expectErrorSatisfies(BrokenEngineTest::saysThatItIsABug)
        .verify(BOUND);
  }

  @Test
  void whereTellingFailsAsWellRunsAreToldByTheNextDrain() {
    int[] left = {2};
    List<Throwable> told = new ArrayList<>();
    RunListener listener =
        new RunListener() {
          @Override
          public DeliveryReport deliveryReport() {
            throw new IllegalStateException("it has no results");
          }

          @Override
          public void completed(Slot slot) {}

          @Override
          public void failed(Slot slot) {}

          @Override
          public void refused(Source source, Task task, SluiceException error) {}

          @Override
          public void ended(@Nullable Throwable error) {
            if (left[0]-- > 0) {
              throw new StackOverflowError("the second error");
            }
            told.add(error);
          }

          @Override
          public boolean hasStopped() {
            return false;
          }

          @Override
          public Context currentContext() {
            return Context.empty();
          }
        };
    shell.post(
        engine -> {
          var _ = engine.openRun(plan(FailureMode.DELAY_ERROR), listener);
          throw new IllegalStateException("thrown by the test");
        });
    StepVerifier.create(shell.ask("what is left", engine -> List.copyOf(told)))
        .assertNext(
            errors ->
                assertThat(errors).singleElement().satisfies(BrokenEngineTest::saysThatItIsABug))
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aQuestionThatFailsIsAnswered() {
    StepVerifier.create(
            shell.ask(
                "why",
                engine -> {
                  throw new IllegalStateException("thrown by the test");
                }))
        .expectErrorMessage("thrown by the test")
        .verify(BOUND);
  }

  private static void saysThatItIsABug(Throwable error) {
    assertThat(error).hasMessageContaining(BUG).hasRootCauseMessage("thrown by the test");
  }
}
