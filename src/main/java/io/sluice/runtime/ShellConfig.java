package io.sluice.runtime;

import io.sluice.config.LeakLevel;
import io.sluice.config.PoolConfig;
import io.sluice.engine.EngineConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/// What a runtime is made of.
///
/// @param engine the engine's part
/// @param pools what each pool of the engine's is, in the same order
/// @param timers where all timers run; null for a thread of the runtime's own
/// @param leaks how closely results are watched
public record ShellConfig(
    EngineConfig engine, List<PoolConfig> pools, @Nullable Scheduler timers, LeakLevel leaks) {

  public ShellConfig {
    pools = List.copyOf(pools);
  }

  /// The names of the pools whose workers are processes.
  Set<String> processPools() {
    return pools.stream()
        .filter(pool -> pool.threads() == PoolConfig.Threads.PROCESSES)
        .map(PoolConfig::name)
        .collect(Collectors.toUnmodifiableSet());
  }
}
