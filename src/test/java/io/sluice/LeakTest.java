package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.DataSize;
import io.sluice.config.LeakLevel;
import io.sluice.error.ConfigurationException;
import io.sluice.runtime.LogCapture;
import io.sluice.task.LeakTrail;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import io.sluice.task.TaskResult;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Results that were dropped without being closed: what is told of them, and that their bytes come
/// back in any case.
class LeakTest extends RuntimeTest {
  private static final int MORE_THAN_ONE_IN = 140;

  private final LogCapture log = LogCapture.start();
  private EventWatch watch = new EventWatch(sluice);

  private void use(LeakLevel level) {
    watch.close();
    watch = new EventWatch(use(builder().leaks(level)));
  }

  @AfterEach
  void unwatch() {
    log.close();
    watch.close();
    System.clearProperty(LeakLevel.PROPERTY);
  }

  private void assembleMany() {
    IntStream.range(0, MORE_THAN_ONE_IN).forEach(i -> sluice.submit(Flux.never()));
  }

  /// A run of one task whose result is dropped.
  private void drop(Flux<TaskResult> results) {
    StepVerifier.create(results.map(TaskResult::taskId))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
  }

  private void dropOne() {
    drop(sluice.submit(Flux.just(writing(1))));
  }

  private void collectGarbageUntilReleased() {
    Await.until(
        "the bytes to come back",
        () -> {
          System.gc();
          return sluice.figures().heapUsedBytes() == 0;
        });
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    var _ = watch.await(TaskEvent.Drained.class);
  }

  private TaskEvent.Leaked leak() {
    Await.until(
        "a leak to be found",
        () -> {
          System.gc();
          return !leaks().isEmpty();
        });
    return leaks().getFirst();
  }

  private List<TaskEvent.Leaked> leaks() {
    return watch.events(TaskEvent.Leaked.class);
  }

  private static boolean isInThisTest(Throwable trace) {
    return List.of(trace.getStackTrace()).stream()
        .anyMatch(frame -> frame.getClassName().equals(LeakTest.class.getName()));
  }

  private static List<String> texts(LeakTrail trail) {
    return trail.touches().stream().map(Throwable::getMessage).toList();
  }

  @ParameterizedTest
  @EnumSource(LeakLevel.class)
  void itsBytesComeBackOnEachLevel(LeakLevel level) {
    use(level);
    dropOne();
    collectGarbageUntilReleased();
    assertNothingIsHeld();
  }

  @ParameterizedTest
  @EnumSource(LeakLevel.class)
  void aClosedOneIsNoLeak(LeakLevel level) {
    use(level);
    StepVerifier.create(sluice.submit(Flux.range(0, 8).map(RuntimeTest::writing)))
        .thenConsumeWhile(
            result -> {
              result.close();
              return true;
            })
        .expectComplete()
        .verify(BOUND);
    collectGarbageUntilReleased();
    assertThat(leaks()).isEmpty();
  }

  @Test
  void offTellsNothing() {
    use(LeakLevel.OFF);
    dropOne();
    collectGarbageUntilReleased();
    assertThat(leaks()).isEmpty();
    assertThat(log.text()).isEmpty();
  }

  @Test
  void sampledTellsTheTaskTheRunAndWhereTheFirstRunsWereAssembled() {
    dropOne();
    TaskEvent.Leaked leaked = leak();
    assertThat(leaked.taskName()).isEqualTo("write 1");
    assertThat(leaked.taskId()).isEqualTo(new TaskId(0, 0));
    assertThat(leaked.run().number()).isEqualTo(1);
    assertThat(log.text()).contains("task 'write 1' (0:0) of run 1 was dropped without close()");
    assertThat(isInThisTest(Objects.requireNonNull(leaked.trail().assembledAt()))).isTrue();
    collectGarbageUntilReleased();
  }

  @Test
  void sampledTellsEachLeakAndTheTrailOfFew() {
    use(builder().heap(DataSize.mebibytes(1)));
    watch = new EventWatch(sluice);
    assembleMany();
    Flux<TaskResult> assembledOnce = sluice.submit(Flux.defer(() -> Flux.just(writing(1))));
    IntStream.range(0, MORE_THAN_ONE_IN)
        .forEach(i -> drop(assembledOnce.doOnNext(result -> result.touch("user"))));
    Await.until(
        "all leaks",
        () -> {
          System.gc();
          return leaks().size() == MORE_THAN_ONE_IN;
        });
    assertThat(leaks().stream().filter(leak -> !leak.trail().touches().isEmpty()).count())
        .isEqualTo(2);
    collectGarbageUntilReleased();
  }

  @Test
  void sampledTracesFewOfManyAssemblies() {
    assembleMany();
    dropOne();
    assertThat(leak().trail().assembledAt()).isNull();
    collectGarbageUntilReleased();
  }

  @Test
  void paranoidTellsWhereAndByWhomItWasTouchedInOrder() {
    use(LeakLevel.PARANOID);
    assembleMany();
    drop(
        sluice
            .submit(Flux.just(writing(7)))
            .map(result -> result.touch("resize"))
            .doOnNext(result -> valueOf(result)));
    LeakTrail trail = leak().trail();
    assertThat(isInThisTest(Objects.requireNonNull(trail.assembledAt()))).isTrue();
    assertThat(texts(trail)).hasSize(3);
    assertThat(texts(trail).get(0)).startsWith("handed over, on thread sluice-cpu-");
    assertThat(texts(trail).get(1)).startsWith("touched: resize, on thread sluice-cpu-");
    assertThat(texts(trail).get(2)).startsWith("viewed tensor");
    assertThat(isInThisTest(trail.touches().get(1))).isTrue();
    assertThat(isInThisTest(trail.touches().get(2))).isTrue();
    assertThat(trail.droppedCount()).isZero();
    collectGarbageUntilReleased();
  }

  @Test
  void aTrailIsBoundedAndKeepsTheFirstAndTheLastTouches() {
    use(LeakLevel.PARANOID);
    drop(
        sluice
            .submit(Flux.just(writing(7)))
            .doOnNext(result -> IntStream.range(0, 1_000).forEach(i -> result.touch("at " + i))));
    LeakTrail trail = leak().trail();
    assertThat(
            texts(trail).stream().map(text -> text.split(",", 2)[0]).collect(Collectors.toList()))
        .containsExactly(
            "handed over",
            "touched: at 993",
            "touched: at 994",
            "touched: at 995",
            "touched: at 996",
            "touched: at 997",
            "touched: at 998",
            "touched: at 999");
    assertThat(trail.droppedCount()).isEqualTo(993);
    collectGarbageUntilReleased();
  }

  @Test
  void aProgramsDroppedResultIsToldAndReleasedToo() {
    use(LeakLevel.PARANOID);
    StepVerifier.create(
            sluice.run(
                program ->
                    program
                        .submit(writing(1))
                        .map(result -> result.touch("program"))
                        .map(TaskResult::taskId)))
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    LeakTrail trail = leak().trail();
    assertThat(isInThisTest(Objects.requireNonNull(trail.assembledAt()))).isTrue();
    assertThat(texts(trail)).anyMatch(text -> text.startsWith("touched: program"));
    collectGarbageUntilReleased();
  }

  @Test
  void aTouchOfAResultThatYieldsNothingOrWasReadIsHarmless() {
    use(LeakLevel.PARANOID);
    StepVerifier.create(sluice.submit(Flux.just(quick("a"))).map(result -> result.touch("it")))
        .expectNextMatches(result -> result.task().name().equals("a"))
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(
            sluice.submit(Flux.just(writing(3)), result -> valueOf(result.touch("reader"))))
        .expectNext(3)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void theSystemPropertyGivesTheDefaultAndTheBuilderOverrulesIt() {
    System.setProperty(LeakLevel.PROPERTY, "paranoid");
    assertThat(Sluice.builder().shellConfig().leaks()).isEqualTo(LeakLevel.PARANOID);
    assertThat(Sluice.builder().leaks(LeakLevel.OFF).shellConfig().leaks())
        .isEqualTo(LeakLevel.OFF);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "always", "SIMPLE"})
  void aSystemPropertyThatNamesNoLevelIsRefused(String value) {
    System.setProperty(LeakLevel.PROPERTY, value);
    assertThatThrownBy(Sluice::builder)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("sluice.leaks")
        .hasMessageContaining("OFF, SAMPLED, PARANOID")
        .hasMessageContaining("'" + value + "'");
  }

  @Test
  void noLevelIsRefused() {
    assertThatThrownBy(() -> Sluice.builder().leaks(null))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("leaks must be given");
  }
}
