package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.test.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// One timer, set by whichever thread left the drain: the newest request counts, in whatever order
/// they arrive.
class TimersTest {
  private final VirtualTime time = VirtualTime.create();
  private final Timers timers = new Timers(time);
  private final List<String> fired = new ArrayList<>();

  private void set(long deadlineNs, long stamp, String name) {
    timers.at(deadlineNs, stamp, () -> fired.add(name));
  }

  private void passOneSecond() {
    time.advanceBy(Duration.ofSeconds(1));
  }

  @Test
  void aLaterRequestReplacesTheOneBefore() {
    set(500, 1, "first");
    set(300, 2, "second");
    passOneSecond();
    assertThat(fired).containsExactly("second");
  }

  @Test
  void aRequestThatComesLateDoesNotReplaceANewerOne() {
    set(300, 2, "newer");
    set(500, 1, "late");
    passOneSecond();
    assertThat(fired).as("a lost deadline otherwise").containsExactly("newer");
  }

  @Test
  void nothingFiresBehindTheEnd() {
    set(300, 1, "before");
    timers.dispose();
    set(400, 2, "behind");
    passOneSecond();
    assertThat(fired).isEmpty();
  }
}
