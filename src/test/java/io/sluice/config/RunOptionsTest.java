package io.sluice.config;

import static io.sluice.config.Gates.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RunOptionsTest {
  private static final RunOptions DEFAULTS = RunOptions.defaults();

  @Test
  void haveNoNameLookAheadALittleAndHoldManyByDefault() {
    assertThat(DEFAULTS)
        .isEqualTo(
            new RunOptions(null, 16, 65_536, CancelPolicy.FINISH, new RunBytes(Long.MAX_VALUE, 0)));
  }

  @Test
  void keepWhatWasSetBefore() {
    RunOptions options = DEFAULTS.name("thumbnails").lookAhead(3).maxInFlight(5);

    assertThat(options)
        .isEqualTo(new RunOptions("thumbnails", 3, 5, CancelPolicy.FINISH, DEFAULTS.bytes()));
    assertThat(options.unlimitedInFlight().cancelPolicy(CancelPolicy.ABANDON).lookAhead(4))
        .isEqualTo(
            new RunOptions(
                "thumbnails", 4, Long.MAX_VALUE, CancelPolicy.ABANDON, DEFAULTS.bytes()));
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
  void limitBytesByAtLeastOneSlab() {
    RunOptions options = DEFAULTS.heapLimit(DataSize.bytes(1_024));
    assertThat(options.bytes()).isEqualTo(new RunBytes(1_024, 0));
    assertThat(options.name("x").noHeapLimit()).isEqualTo(DEFAULTS.name("x"));
    assertRefused(
        () -> DEFAULTS.heapLimit(DataSize.bytes(1_023)),
        "run.heapLimitBytes must be at least 1024, the least that a task with bytes takes, was"
            + " 1023; use noHeapLimit() for no limit but the heap");
    assertRefused(
        () -> DEFAULTS.heapLimit(null),
        "run.heapLimitBytes must be given, was null; use noHeapLimit() for no limit but the heap");
  }

  @Test
  void declareALargestTaskWithinTheLimit() {
    RunOptions options = DEFAULTS.heapLimit(DataSize.kibibytes(4));
    assertThat(options.largestTask(DataSize.kibibytes(4)).bytes())
        .isEqualTo(new RunBytes(4_096, 4_096));
    assertRefused(
        () -> options.largestTask(DataSize.bytes(4_097)),
        "run.largestTaskBytes must be no more than run.heapLimitBytes, which is 4096, was 4097;"
            + " raise heapLimit(...)");
    assertRefused(
        () -> DEFAULTS.largestTask(DataSize.kibibytes(4)).heapLimit(DataSize.kibibytes(3)),
        "run.largestTaskBytes must be no more than run.heapLimitBytes, which is 3072, was 4096;"
            + " raise heapLimit(...)");
    assertRefused(
        () -> DEFAULTS.largestTask(DataSize.bytes(0)),
        "run.largestTaskBytes must be at least 1, was 0; leave largestTask(...) out");
    assertRefused(
        () -> DEFAULTS.largestTask(null),
        "run.largestTaskBytes must be given, was null; leave largestTask(...) out");
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
