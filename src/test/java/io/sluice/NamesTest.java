package io.sluice;

import static io.sluice.RuntimeTest.failing;
import static io.sluice.RuntimeTest.failure;
import static io.sluice.RuntimeTest.quick;
import static io.sluice.RuntimeTest.slabs;
import static io.sluice.RuntimeTest.writing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.ResultClosedException;
import io.sluice.error.RuntimeDisposedException;
import io.sluice.error.SluiceException;
import io.sluice.error.TaskCancelledException;
import io.sluice.error.UpstreamProtocolException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.publisher.TestPublisher.Violation;

/// The names of tasks and runs in errors and events.
class NamesTest extends ManualRuntimeTest {
  private Submitter named;

  @BeforeEach
  void nameTheRun() {
    named = sluice.with(run -> run.name("thumbs"));
  }

  static Stream<Task> refused() {
    return Stream.of(
        quick("bad").on("nowhere"),
        quick("bad").on("cpu", 4),
        quick("bad").out(slabs(9)),
        quick("bad").in(slabs(1)),
        quick("bad").noDep(slabs(1)).retry(1),
        quick("bad").after(quick("stranger")));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void whatIsRefusedNamesItsTaskAndItsRun(Task task) {
    StepVerifier.create(named.submit(Flux.just(task)))
        .expectErrorSatisfies(
            error -> {
              assertThat(error).hasMessageStartingWith("run 'thumbs': task 'bad'");
              assertThat(((SluiceException) error).runName()).isEqualTo("thumbs");
            })
        .verify(BOUND);
    assertThat(test.events(TaskEvent.Refused.class))
        .singleElement()
        .matches(event -> "thumbs".equals(event.run().name()) && event.taskName().equals("bad"));
  }

  @Test
  void aPublisherThatBreaksTheRulesIsNamedByItsRun() {
    TestPublisher<Task> broken = TestPublisher.createNoncompliant(Violation.REQUEST_OVERFLOW);
    StepVerifier.create(
            sluice.with(run -> run.name("thumbs").lookAhead(1).maxInFlight(1)).submit(broken))
        .then(() -> broken.next(quick("a"), quick("b")))
        .expectErrorSatisfies(
            error -> {
              assertThat(error)
                  .isInstanceOf(UpstreamProtocolException.class)
                  .hasMessageContaining("thumbs");
              assertThat(((SluiceException) error).runName()).isEqualTo("thumbs");
            })
        .verify(BOUND);
  }

  @Test
  void aRunWithoutANameIsNotNamed() {
    StepVerifier.create(sluice.submit(Flux.just(quick("bad").out(slabs(9)))))
        .expectErrorSatisfies(
            error -> {
              assertThat(error).hasMessageStartingWith("task 'bad' needs");
              assertThat(((SluiceException) error).runName()).isNull();
            })
        .verify(BOUND);
  }

  @Test
  void aRefusedTaskOfAProgramNamesItsRunToo() {
    AtomicReference<Throwable> seen = new AtomicReference<>();
    StepVerifier.create(
            named.run(
                program ->
                    program
                        .submit(quick("bad").on("nowhere"))
                        .doOnError(seen::set)
                        .onErrorResume(error -> Mono.empty())))
        .expectComplete()
        .verify(BOUND);
    assertThat(seen.get()).hasMessageStartingWith("run 'thumbs': task 'bad'");
  }

  @Test
  void aStallNamesItsTaskAndItsRun() {
    StepVerifier.create(named.submit(Flux.just(quick("a").out(slabs(6)), quick("b").out(slabs(4)))))
        .then(workers::runAll)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .hasMessageStartingWith("run 'thumbs': task 'b' can't be admitted"))
        .verify(BOUND);
  }

  @Test
  void aFailureNamesThemOnce() {
    StepVerifier.create(named.submit(Flux.just(failing("bad", failure("no")))))
        .then(workers::runAll)
        .expectErrorSatisfies(
            error ->
                assertThat(error).hasMessageStartingWith("task 'bad' (0:0) of run 'thumbs' failed"))
        .verify(BOUND);
  }

  @Test
  void aTimeoutIsTheCauseOfAFailureThatNamesThem() {
    StepVerifier.create(named.submit(Flux.just(quick("slow").timeout(Duration.ofSeconds(1)))))
        .then(() -> test.time().advanceBy(Duration.ofSeconds(1)))
        .expectErrorSatisfies(
            error -> {
              assertThat(error).hasMessageContaining("task 'slow' (0:0) of run 'thumbs'");
              assertThat(error.getCause()).hasMessageContaining("'slow'", "cpu-");
            })
        .verify(BOUND);
  }

  @Test
  void whatIsCancelledNamesItsRun() {
    List<Throwable> errors = new ArrayList<>();
    named
        .run(
            program -> {
              var _ = program.submit(quick("a")).subscribe(result -> {}, errors::add);
              return Mono.never();
            })
        .subscribe()
        .dispose();
    assertThat(errors)
        .singleElement()
        .satisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(TaskCancelledException.class)
                    .hasMessageContaining("run 1 'thumbs'"));
  }

  @Test
  void aClosedResultNamesItsTaskAndItsRun() {
    List<TaskResult> results = new ArrayList<>();
    var _ = named.submit(Flux.just(writing(1))).subscribe(results::add);
    workers.runAll();
    results.getFirst().close();
    assertThatThrownBy(() -> RuntimeTest.valueOf(results.getFirst()))
        .isInstanceOf(ResultClosedException.class)
        .hasMessageContaining("task 'write 1' (0:0) of run 'thumbs'");
  }

  @Test
  void aRunThatSendsNothingIsNamed() {
    var run = named.submit(Flux.never()).subscribe();
    assertThat(test.whyWaiting().sentence()).contains("send nothing (run 1 'thumbs')");
    run.dispose();
  }

  @Test
  void aDisposalNamesTheRunsThatItEnds() {
    List<Throwable> errors = new ArrayList<>();
    var _ = named.submit(Flux.never()).subscribe(result -> {}, errors::add);
    sluice.dispose();
    var _ = named.submit(Flux.never()).subscribe(result -> {}, errors::add);
    var _ = named.run(program -> Mono.never()).subscribe(nothing -> {}, errors::add);
    assertThat(errors)
        .hasSize(3)
        .allSatisfy(
            error ->
                assertThat(error)
                    .isInstanceOf(RuntimeDisposedException.class)
                    .hasMessageStartingWith("run 'thumbs': the runtime "));
  }

  @Test
  void whatHoldsADrainUpIsNamed() {
    var run = named.submit(Flux.just(quick("slow"))).subscribe();
    assertThat(sluice.whyDrainWaits().block(BOUND))
        .extracting(diagnosis -> diagnosis.sentence())
        .asString()
        .contains("run 1 'thumbs'", "task 'slow' (0:0) of run 'thumbs'");
    run.dispose();
  }
}
