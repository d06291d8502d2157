package io.sluice.config;

import static io.sluice.config.Gates.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunOptionsTest {
  private static final RunOptions DEFAULTS = RunOptions.defaults();

  @Test
  void haveNoNameLookAheadALittleAndHoldManyByDefault() {
    assertThat(DEFAULTS).isEqualTo(new RunOptions(null, 16, 65_536, CancelPolicy.FINISH));
  }

  @Test
  void keepWhatWasSetBefore() {
    RunOptions options = DEFAULTS.name("thumbnails").lookAhead(3).maxInFlight(5);

    assertThat(options).isEqualTo(new RunOptions("thumbnails", 3, 5, CancelPolicy.FINISH));
    assertThat(options.unlimitedInFlight().cancelPolicy(CancelPolicy.ABANDON).lookAhead(4))
        .isEqualTo(new RunOptions("thumbnails", 4, Long.MAX_VALUE, CancelPolicy.ABANDON));
    assertThat(DEFAULTS).as("immutable").isEqualTo(RunOptions.defaults());
  }

  @Test
  void lookAheadAtLeastOne() {
    assertThat(DEFAULTS.lookAhead(1).lookAheadCount()).isEqualTo(1);
    assertRefused(
        () -> DEFAULTS.lookAhead(0),
        "run.lookAheadCount must be at least 1, was 0; use lookAhead(1)");
  }

  @Test
  void holdAtLeastOne() {
    assertThat(DEFAULTS.maxInFlight(1).maxInFlightCount()).isEqualTo(1);
    assertRefused(
        () -> DEFAULTS.maxInFlight(0),
        "run.maxInFlightCount must be at least 1, was 0; use unlimitedInFlight() for no limit");
  }

  @Test
  void refuseNoPolicy() {
    assertRefused(
        () -> DEFAULTS.cancelPolicy(null),
        "run.cancelPolicy must be given, was null; use CancelPolicy.FINISH for the default");
  }

  @Test
  void refuseANameThatSaysNothing() {
    assertRefused(
        () -> DEFAULTS.name(" "),
        "run.name must not be blank, was ' '; leave name(...) out for none");
    assertRefused(
        () -> DEFAULTS.name(null),
        "run.name must be given, was null; leave name(...) out for none");
  }
}
