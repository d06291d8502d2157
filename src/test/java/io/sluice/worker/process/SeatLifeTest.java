package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.worker.process.SeatLife.Phase;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// When the next child is due, in a time of the test's own.
class SeatLifeTest {
  private static final long BUDGET_NS = Duration.ofSeconds(30).toNanos();

  private final SeatLife life = new SeatLife();
  private long nowNs = Long.MAX_VALUE - 1_000;

  private long pauseBehindDeathMs() {
    life.died(nowNs);
    assertThat(life.phase).isEqualTo(Phase.DUE);
    long pauseNs = life.dueNs - nowNs;
    nowNs = life.dueNs;
    life.started();
    return pauseNs / 1_000_000;
  }

  /// The clock may run over in the middle.
  @Test
  void childrenThatCompleteNothingAreFollowedLaterAndLater() {
    List<Long> pausesMs = IntStream.range(0, 12).mapToObj(death -> pauseBehindDeathMs()).toList();
    assertThat(pausesMs)
        .containsExactly(
            0L, 50L, 100L, 200L, 400L, 800L, 1_600L, 3_200L, 5_000L, 5_000L, 5_000L, 5_000L);
  }

  @Test
  void aChildThatHasCompletedATaskIsFollowedAtOnce() {
    pauseBehindDeathMs();
    pauseBehindDeathMs();
    life.completed();
    assertThat(pauseBehindDeathMs()).isZero();
  }

  @Test
  void threeAttemptsToStartAreMade() {
    life.wanted(nowNs);
    life.launching(nowNs);
    assertThat(life.startFailed(nowNs, BUDGET_NS, false)).isTrue();
    assertThat(life.dueNs - nowNs).isEqualTo(50_000_000);
    assertThat(life.startFailed(nowNs, BUDGET_NS, false)).isTrue();
    assertThat(life.dueNs - nowNs).isEqualTo(100_000_000);
    assertThat(life.startFailed(nowNs, BUDGET_NS, false)).isFalse();
    assertThat(life.phase).isEqualTo(Phase.NONE);
    assertThat(life.hasProspects()).isFalse();
  }

  @Test
  void noAttemptIsMadeBehindTheTimeToStart() {
    life.wanted(nowNs);
    life.launching(nowNs);
    assertThat(life.startFailed(nowNs + BUDGET_NS, BUDGET_NS, false)).isTrue();
    assertThat(life.startFailed(nowNs + BUDGET_NS + 1, BUDGET_NS, false)).isFalse();
  }

  @Test
  void noAttemptIsMadeForAPoolThatIsClosed() {
    life.wanted(nowNs);
    life.launching(nowNs);
    assertThat(life.startFailed(nowNs, BUDGET_NS, true)).isFalse();
  }

  @Test
  void aStartMakesUpForAttempts() {
    life.wanted(nowNs);
    life.launching(nowNs);
    life.startFailed(nowNs, BUDGET_NS, false);
    life.startFailed(nowNs, BUDGET_NS, false);
    life.started();
    assertThat(life.startFailed(nowNs, BUDGET_NS, false)).isTrue();
  }

  /// It waited for longer than it may take to start.
  @Test
  void thePauseBehindADeathIsNoTimeToStart() {
    long budgetNs = Duration.ofSeconds(1).toNanos();
    for (int death = 0; death < 9; death++) {
      life.died(nowNs);
      nowNs = life.dueNs;
    }
    life.launching(nowNs);
    life.launched(null, budgetNs);
    assertThat(life.dueNs - nowNs).isEqualTo(budgetNs);
    assertThat(life.startFailed(nowNs + budgetNs, budgetNs, false)).isTrue();
  }
}
