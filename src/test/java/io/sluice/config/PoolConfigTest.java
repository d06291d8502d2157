package io.sluice.config;

import static io.sluice.config.Gates.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.PoolConfig.Threads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolConfigTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 4_096})
  void hasWorkers(int count) {
    assertThat(new PoolConfig("cpu", count, Threads.COMPUTE).workerCount()).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 4_097})
  void hasOneTo4096Workers(int count) {
    assertRefused(
        () -> new PoolConfig("cpu", count, Threads.COMPUTE),
        "pool.workerCount must lie in 1 to 4096, was "
            + count
            + " for pool 'cpu'; use Runtime.getRuntime().availableProcessors() for computing");
  }

  @Test
  void hasAName() {
    assertRefused(
        () -> new PoolConfig(null, 1, Threads.VIRTUAL),
        "pool.name must be given, was null; name it, as in threads(\"cpu\", 2)");
    assertRefused(
        () -> new PoolConfig(" ", 1, Threads.VIRTUAL),
        "pool.name must not be blank, was ' '; name it, as in threads(\"cpu\", 2)");
  }

  @Test
  void hasThreads() {
    assertRefused(
        () -> new PoolConfig("cpu", 1, null),
        "pool.threads must be given, was null; use Threads.COMPUTE, BLOCKING, VIRTUAL or REACTIVE");
  }
}
