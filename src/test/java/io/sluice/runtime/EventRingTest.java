package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.Diagnosis;
import io.sluice.error.RecordedFailure;
import io.sluice.error.TaskFailedException;
import io.sluice.task.Dependency;
import io.sluice.task.LeakTrail;
import io.sluice.task.RunId;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The newest events, and no more than fit.
class EventRingTest {
  private static void add(EventRing ring, int from, int to) {
    IntStream.range(from, to).forEach(i -> ring.add(new TaskEvent.Drained(i, 0)));
  }

  private static List<Long> epochs(EventRing ring) {
    return ring.newest().stream().map(event -> ((TaskEvent.Drained) event).epoch()).toList();
  }

  @Test
  void itKeepsAllWhileTheyFit() {
    EventRing ring = new EventRing(3);
    assertThat(epochs(ring)).isEmpty();
    add(ring, 0, 3);
    assertThat(epochs(ring)).containsExactly(0L, 1L, 2L);
    assertThat(ring.overwrittenCount()).isZero();
  }

  @Test
  void itKeepsTheNewestAndCountsTheRest() {
    EventRing ring = new EventRing(3);
    add(ring, 0, 8);
    assertThat(epochs(ring)).containsExactly(5L, 6L, 7L);
    assertThat(ring.overwrittenCount()).isEqualTo(5);
  }

  @Test
  void whatIsOverwrittenWhileSomebodyLooksIsLeftOut() throws InterruptedException {
    EventRing ring = new EventRing(64);
    Thread writer = Thread.ofPlatform().start(() -> add(ring, 0, 2_000_000));
    while (writer.isAlive()) {
      assertThat(epochs(ring)).isSorted().doesNotHaveDuplicates();
    }
    writer.join();
    assertThat(epochs(ring)).hasSize(64);
  }

  private static final TaskId ID = new TaskId(0, 0);
  private static final RunId RUN = new RunId(1, null);

  /// Runs code of its own where anybody asks it.
  private static final class Untouchable extends RuntimeException {
    @Override
    public String getMessage() {
      throw new AssertionError("asked in the drain");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new AssertionError("asked in the drain");
    }
  }

  private static TaskEvent admitted(String name, int dependencyCount) {
    Dependency on = new Dependency(ID, Dependency.Kind.DATA);
    return new TaskEvent.Admitted(
        ID, name, RUN, 0, "k", 0, 0, 0, Collections.nCopies(dependencyCount, on));
  }

  private static long dependencyCount(EventRing ring) {
    return ring.newest().stream()
        .filter(TaskEvent.Admitted.class::isInstance)
        .mapToLong(event -> ((TaskEvent.Admitted) event).dependencies().size())
        .sum();
  }

  @Test
  void dependenciesTakePlacesOfEventsSoThatTheirNumberIsBoundedToo() {
    EventRing ring = new EventRing(100);
    for (int i = 0; i < 1_000; i++) {
      ring.add(admitted("t", 7 * i % 60));
      assertThat(dependencyCount(ring)).isLessThanOrEqualTo(2 * 100);
      assertThat(ring.newest().size() + ring.overwrittenCount()).isEqualTo(i + 1);
    }
  }

  @Test
  void twoOfThemTakeNone() {
    EventRing ring = new EventRing(3);
    for (int i = 0; i < 3; i++) {
      ring.add(admitted("t", 2));
    }
    assertThat(ring.newest()).hasSize(3);
    ring.add(admitted("t", 3));
    assertThat(ring.newest()).as("the new one has two places").hasSize(2);
    assertThat(ring.overwrittenCount()).isEqualTo(2);
  }

  @Test
  void ofMoreThanTheRingHoldsTheFirstAreKept() {
    EventRing ring = new EventRing(5);
    ring.add(admitted("t", 1_000));
    assertThat(dependencyCount(ring)).isEqualTo(10);
    add(ring, 0, 1);
    assertThat(epochs(ring)).containsExactly(0L);
  }

  /// How many of ten events of one place each have to go for it.
  private static long placesOf(TaskEvent event) {
    EventRing ring = new EventRing(10);
    add(ring, 0, 10);
    ring.add(event);
    assertThat(ring.newest()).hasSize(11 - (int) ring.overwrittenCount());
    return ring.overwrittenCount();
  }

  @Test
  void eachHundredCharactersOfANameTakeAPlace() {
    for (int length : new int[] {0, 99, 100, 250, 399}) {
      String name = "x".repeat(length);
      assertThat(placesOf(admitted(name, 0))).isEqualTo(1 + length / 100);
      assertThat(placesOf(admitted(name, 4))).as("with dependencies").isEqualTo(2 + length / 100);
      assertThat(placesOf(new TaskEvent.Refused(name, RUN, "k", new Untouchable())))
          .isEqualTo(1 + length / 100);
    }
  }

  @Test
  void soDoThoseOfADiagnosisWhereverTheyStand() {
    String text = "x".repeat(250);
    assertThat(placesOf(stalled("", "", ""))).isEqualTo(1);
    assertThat(placesOf(stalled(text, "", ""))).isEqualTo(3);
    assertThat(placesOf(stalled("", text, ""))).isEqualTo(3);
    assertThat(placesOf(stalled("", "", text))).isEqualTo(3);
    assertThat(placesOf(stalled(text, text, text))).isEqualTo(8);
  }

  private static TaskEvent stalled(String holder, String knob, String sentence) {
    return new TaskEvent.Stalled(
        null, new Diagnosis(Diagnosis.Reason.HEAP_FULL, 0, 0, 0, holder, knob, sentence));
  }

  @Test
  void nothingOfAFailureIsKeptButTheNamesOfItsClasses() {
    EventRing ring = new EventRing(10);
    Throwable own = new Untouchable();
    Throwable failed = new TaskFailedException("0:0", "t", null, "failed", own);
    ring.add(new TaskEvent.Retried(ID, "t", RUN, 1, 7, own, 3));
    ring.add(new TaskEvent.Failed(ID, "t", RUN, failed, 4));
    ring.add(new TaskEvent.Refused("t", RUN, "k", own));
    List<TaskEvent> kept = ring.newest();
    Throwable first = ((TaskEvent.Retried) kept.get(0)).cause();
    Throwable second = ((TaskEvent.Failed) kept.get(1)).cause();
    Throwable third = ((TaskEvent.Refused) kept.get(2)).cause();
    assertThat(List.of(first, second, third))
        .allSatisfy(
            cause -> {
              assertThat(cause).isInstanceOf(RecordedFailure.class).hasNoCause();
              assertThat(cause.getStackTrace()).isEmpty();
            });
    assertThat(((RecordedFailure) first).isOf(Untouchable.class)).isTrue();
    assertThat(((RecordedFailure) second).typeNames())
        .containsExactly(TaskFailedException.class.getName(), Untouchable.class.getName());
    assertThat(second)
        .hasMessage("%s, caused by %s", failed.getClass().getName(), own.getClass().getName());
  }

  @Test
  void norIsWhoTouchedAResultThatLeaked() {
    EventRing ring = new EventRing(1);
    LeakTrail trail = new LeakTrail(new Throwable("here"), List.of(new Throwable("touched")), 0);
    ring.add(new TaskEvent.Leaked(ID, "t", RUN, trail));
    assertThat(((TaskEvent.Leaked) ring.newest().getFirst()).trail().isEmpty()).isTrue();
  }
}
