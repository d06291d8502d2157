package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WatchRoleTest {
  @Test
  void aDeputyTakesOverFromTheReportThatItHasSeenAndFromNoOther() {
    WatchRole fresh = new WatchRole(0, -2);
    assertThat(fresh.takeOver(fresh.look(), 1)).as("nobody reports").isFalse();
    long first = fresh.begin();
    assertThat(fresh.end(first)).isTrue();
    assertThat(fresh.isHeldBy(0)).as("behind the last count").isTrue();
    long second = fresh.begin();
    assertThat(fresh.takeOver(first, 1)).isFalse();
    assertThat(fresh.takeOver(second, 1)).isTrue();
    assertThat(fresh.end(second)).isFalse();
    assertThat(fresh.isHeldBy(1)).isTrue();
  }
}
