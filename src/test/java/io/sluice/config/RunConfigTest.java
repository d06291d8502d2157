package io.sluice.config;

import static io.sluice.config.Gates.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunConfigTest {

  @Test
  void looksAheadALittleAndHoldsMany() {
    assertThat(RunConfig.defaults()).isEqualTo(new RunConfig(16, 65_536));
    assertThat(new RunConfig(1, 1).lookAheadCount()).isEqualTo(1);
    assertThat(new RunConfig(1, Long.MAX_VALUE).maxInFlightCount()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void looksAheadAtLeastOne() {
    assertRefused(
        () -> new RunConfig(0, 1),
        "run.lookAheadCount must be at least 1, was 0; use lookAhead(1)");
  }

  @Test
  void holdsAtLeastOne() {
    assertRefused(
        () -> new RunConfig(1, 0),
        "run.maxInFlightCount must be at least 1, was 0; use unlimitedInFlight() for no limit");
  }
}
