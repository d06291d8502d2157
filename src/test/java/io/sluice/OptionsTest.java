package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.sluice.config.RunOptions;
import io.sluice.error.CompositeTaskException;
import io.sluice.error.ConfigurationException;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.TaskFailedException;
import io.sluice.task.RunId;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/// Runs with options of their own.
class OptionsTest extends RuntimeTest {
  private static final RunId THUMBS = new RunId(1, "thumbs");

  private Submitter thumbs() {
    return sluice.with(run -> run.name("thumbs"));
  }

  private static void verifyCompletes(Flux<TaskResult> results) {
    StepVerifier.create(results).thenConsumeWhile(result -> true).expectComplete().verify(BOUND);
  }

  @Test
  void optionsHoldForTheRunsMadeWithThemAndNoOthers() {
    assertThat(prefetchOf(sluice.with(run -> run.lookAhead(3)))).isEqualTo(3);
    assertThat(prefetchOf(sluice)).isEqualTo(16);
  }

  @Test
  void optionsAreMadeFromThoseOfTheBuilderAndOfTheWithBefore() {
    use(builder().lookAhead(5).runs(run -> run.name("default")));
    Submitter twice = sluice.with(run -> run.maxInFlight(1)).with(run -> run.name("own"));

    assertThat(prefetchOf(twice)).isEqualTo(5);
    StepVerifier.create(twice.submit(Flux.just(failing("a", failure("broken")))))
        .verifyErrorMatches(error -> "own".equals(((TaskFailedException) error).runName()));
    StepVerifier.create(sluice.submit(Flux.just(failing("a", failure("broken")))))
        .verifyErrorMatches(error -> "default".equals(((TaskFailedException) error).runName()));
  }

  private static Integer prefetchOf(Submitter submitter) {
    return Scannable.from(submitter.submit(Flux.empty())).scan(Scannable.Attr.PREFETCH);
  }

  @Test
  void aRunIsHeldToItsOwnMaximumInFlight() {
    TestPublisher<Task> tasks = TestPublisher.create();
    StepVerifier.create(sluice.with(run -> run.maxInFlight(1)).submit(tasks), 0)
        .then(() -> tasks.next(kernels.task("a"), quick("b")))
        .then(() -> kernels.awaitStarted("a"))
        .then(() -> assertThat(settled().reason()).isEqualTo(Reason.MAX_IN_FLIGHT))
        .then(() -> kernels.complete("a"))
        .thenRequest(2)
        .expectNextCount(2)
        .then(tasks::complete)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aRunsNameIsInEachEventOfItsTasks() {
    EventWatch watch = new EventWatch(sluice);
    verifyCompletes(thumbs().submit(Flux.just(quick("a").out(slabs(1)))));

    assertThat(watch.await(TaskEvent.Consumed.class).run()).isEqualTo(THUMBS);
    assertThat(watch.await(TaskEvent.Admitted.class).run()).isEqualTo(THUMBS);
    assertThat(watch.await(TaskEvent.Started.class).run()).isEqualTo(THUMBS);
    assertThat(watch.await(TaskEvent.Completed.class).run()).isEqualTo(THUMBS);
    watch.close();
  }

  @Test
  void aRunsNameIsInTheEventsOfItsFailures() {
    EventWatch watch = new EventWatch(sluice);
    StepVerifier.create(
            thumbs()
                .submitDelayError(
                    Flux.just(failing("a", failure("broken")), quick("b").in(slabs(1)))))
        .verifyError(CompositeTaskException.class);

    assertThat(watch.await(TaskEvent.Failed.class).run()).isEqualTo(THUMBS);
    assertThat(watch.await(TaskEvent.Refused.class).run()).isEqualTo(THUMBS);
    watch.close();
  }

  @Test
  void aRunsNameIsInItsErrors() {
    StepVerifier.create(thumbs().submitDelayError(Flux.just(failing("blur", failure("broken")))))
        .verifyErrorSatisfies(
            error ->
                assertThat(error)
                    .hasMessageStartingWith("1 task(s) of run 'thumbs' failed or were refused;")
                    .hasMessageContaining("task 'blur' (0:0) of run 'thumbs' failed: "));
  }

  @Test
  void aRunsNameIsInADiagnosis() {
    StepVerifier.create(thumbs().run(orchestrator -> Mono.never()))
        .then(
            () ->
                assertThat(sluice.whyDrainWaits().block(BOUND))
                    .extracting(diagnosis -> diagnosis.holder())
                    .isEqualTo("1 open run(s) (run 1 'thumbs')"))
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void badOptionsAreRefusedWhereTheyAreWritten() {
    for (Submitter submitter : List.of(sluice, thumbs())) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> submitter.with(run -> run.lookAhead(0)));
      assertThatNullPointerException().isThrownBy(() -> submitter.with(null));
      assertThatNullPointerException().isThrownBy(() -> submitter.with(run -> null));
    }
    UnaryOperator<RunOptions> none = run -> null;
    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> builder().runs(none));
    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> builder().runs(null));
  }
}
