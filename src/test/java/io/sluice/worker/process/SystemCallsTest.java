package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.WakeUp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemCallsTest {
  /// `__NR_futex` and `__NR_prctl` of `asm/unistd_64.h` and of `asm-generic/unistd.h`.
  @ParameterizedTest
  @CsvSource({"amd64, 202, 157", "aarch64, 98, 167"})
  void eachProcessorHasItsCalls(String processor, long futex, long prctl) {
    assertThat(SystemCalls.Numbers.of(processor)).hasValue(new SystemCalls.Numbers(futex, prctl));
  }

  @Test
  void anUnknownProcessorHasNoneAndItsChildrenPoll() {
    assertThat(SystemCalls.Numbers.of("sparc")).isEmpty();
    assertThat(Waiter.of(WakeUp.POLL).kind()).isEqualTo(WakeUp.POLL);
  }
}
