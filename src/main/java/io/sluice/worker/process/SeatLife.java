package io.sluice.worker.process;

import org.jspecify.annotations.Nullable;

/// What becomes of a seat's children, one after another.
///
/// ```
///   NONE ─▶ DUE ─▶ LAUNCHING ─▶ STARTING ─▶ LIVE          DUE: to be launched at a time
///     ▲      ▲         │            │         │           LAUNCHING: on a thread of its own
///     │      └─────────┴── failed ──┴─ died ──┘           STARTING: until its handshake
///     └─ given up ─────┘                        ENDED: the pool is closed, the last child reaped
/// ```
///
/// **Confinement.** The watcher.
final class SeatLife {
  enum Phase {
    NONE,
    DUE,
    LAUNCHING,
    STARTING,
    LIVE,
    ENDED
  }

  Phase phase = Phase.NONE;
  @Nullable ChildLink link;

  /// When it is to be launched, or has to be ready, or was asked to end.
  long dueNs;

  /// When the first of the current attempts to start was made.
  long firstAttemptNs;

  /// Attempts that failed since a child was ready last.
  int failedStarts;

  /// Children that died since one completed a task last.
  int deaths;

  boolean isShuttingDown;

  /// Whether it has a child, or will have one by itself.
  boolean hasProspects() {
    return phase == Phase.LIVE
        || phase == Phase.STARTING
        || phase == Phase.LAUNCHING
        || phase == Phase.DUE;
  }
}
