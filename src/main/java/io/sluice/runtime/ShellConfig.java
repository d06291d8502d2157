package io.sluice.runtime;

import io.sluice.config.LeakLevel;
import io.sluice.engine.EngineConfig;
import io.sluice.worker.ThreadKind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/// What a runtime is made of.
///
/// @param engine the engine's part
/// @param pools what the threads of each pool of the engine's are, in the same order
/// @param timers where all timers run; null for a thread of the runtime's own
/// @param leaks how closely results are watched
public record ShellConfig(
    EngineConfig engine, List<ThreadKind> pools, @Nullable Scheduler timers, LeakLevel leaks) {

  public ShellConfig {
    pools = List.copyOf(pools);
  }
}
