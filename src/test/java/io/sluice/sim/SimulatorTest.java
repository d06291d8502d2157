package io.sluice.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Random programs in random interleavings keep all laws.
///
/// `-Dsluice.sim.programs=100000` runs longer, `-Dsluice.sim.seed=42` repeats one program.
class SimulatorTest {
  private static final Long SEED = Long.getLong("sluice.sim.seed");
  private static final long FIRST_SEED = Long.getLong("sluice.sim.first", 0);
  private static final int PROGRAMS = Integer.getInteger("sluice.sim.programs", 4_000);

  /// Some fifty seconds of one processor; the time is there for machines that have other things to do.
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void randomProgramsKeepAllLawsAndBringAboutEachSituation() {
    if (SEED != null) {
      Simulator.run(SEED, SEED + 1);
      return;
    }
    Situations situations = Simulator.run(FIRST_SEED, FIRST_SEED + PROGRAMS);
    System.out.println(situations);
    assertThat(situations.missing()).as("situations that never came up").isEmpty();
  }
}
