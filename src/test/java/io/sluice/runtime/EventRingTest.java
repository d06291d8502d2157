package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.TaskEvent;
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
}
