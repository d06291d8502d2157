package io.sluice.worker.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.WakeUp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FutexWaiterTest {
  /// `__NR_futex` of `asm/unistd_64.h` and of `asm-generic/unistd.h`.
  @ParameterizedTest
  @CsvSource({"amd64, 202", "aarch64, 98"})
  void eachProcessorHasItsCall(String processor, long number) {
    assertThat(FutexWaiter.callNumber(processor)).hasValue(number);
  }

  @Test
  void anUnknownProcessorHasNoneAndItsChildrenPoll() {
    assertThat(FutexWaiter.callNumber("sparc")).isEmpty();
    assertThat(Waiter.of(WakeUp.POLL).kind()).isEqualTo(WakeUp.POLL);
  }
}
