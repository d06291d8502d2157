package io.sluice.examples.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.examples.mnist.Options.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

  @Test
  void withoutArgumentsItTrainsOnAllCores() throws UsageException {
    int cores = Runtime.getRuntime().availableProcessors();

    assertThat(Options.parse()).isEqualTo(new Options(false, false, false, false, false, cores, 4));
  }

  @Test
  void optionsComeInAnyOrder() throws UsageException {
    assertThat(Options.parse("--heap", "16", "--json", "--workers", "3", "--quick"))
        .isEqualTo(new Options(true, true, false, false, false, 3, 16));
  }

  @Test
  void workersMayBeProcesses() throws UsageException {
    assertThat(Options.parse("--workers", "processes:3"))
        .isEqualTo(new Options(false, false, false, false, true, 3, 4));
    assertThat(Options.parse("--workers", "processes").workers())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void anUnknownOptionIsNamed() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Options.parse("--quick", "--fast"))
        .withMessage("unknown option '--fast'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65", "-1", "two", "99999999999"})
  void aNumberOutOfRangeIsNamedWithTheRange(String given) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Options.parse("--workers", given))
        .withMessage("--workers needs a number from 1 to 64, was given '%s'", given);
  }

  @Test
  void aNumberThatIsMissingIsAskedFor() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Options.parse("--heap"))
        .withMessage("--heap needs a number from 1 to 1024, was given nothing");
  }
}
