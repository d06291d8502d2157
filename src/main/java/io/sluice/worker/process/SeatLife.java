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
/// **Back-off.** A child that died without having completed a task since the last death is followed after
/// 50 ms, doubled each time, up to 5 s; else at once. So is an attempt to start that failed; after three of
/// them, or when the time to start is over, the seat gives up until there is another item for it. That time
/// begins with the first attempt, behind the pause.
///
/// **Confinement.** The watcher.
final class SeatLife {
  private static final int MAX_ATTEMPTS = 3;
  private static final long FIRST_PAUSE_NS = 50_000_000;
  private static final long LONGEST_PAUSE_NS = 5_000_000_000L;
  private static final int MOST_DOUBLINGS = 8;

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

  /// When the first of the current attempts to start was made, if one was.
  private long firstAttemptNs;

  private boolean isAttempted;

  /// Attempts that failed since a child was ready last.
  int failedStarts;

  /// Children that died since one completed a task last.
  int deaths;

  boolean isShuttingDown;

  /// Somebody needs a child: now, or behind the pause that an attempt has left.
  void wanted(long nowNs) {
    phase = Phase.DUE;
    isAttempted = false;
    dueNs = failedStarts == 0 ? nowNs : dueNs;
  }

  /// An attempt is made.
  void launching(long nowNs) {
    phase = Phase.LAUNCHING;
    if (!isAttempted) {
      firstAttemptNs = nowNs;
      isAttempted = true;
    }
  }

  /// Its process is there, and has the rest of the time to be ready.
  void launched(ChildLink launched, long budgetNs) {
    link = launched;
    phase = Phase.STARTING;
    dueNs = firstAttemptNs + budgetNs;
  }

  void started() {
    phase = Phase.LIVE;
    failedStarts = 0;
  }

  void completed() {
    deaths = 0;
  }

  /// Its child is gone; another one is due.
  void died(long nowNs) {
    wanted(nowNs);
    dueNs = deaths == 0 ? nowNs : nowNs + pauseNs(deaths);
    deaths++;
  }

  /// An attempt has failed: whether there is to be another by itself.
  boolean startFailed(long nowNs, long budgetNs, boolean isClosed) {
    failedStarts++;
    boolean isInTime = nowNs - firstAttemptNs <= budgetNs;
    boolean isTriedAgain = failedStarts < MAX_ATTEMPTS && isInTime && !isClosed;
    dueNs = nowNs + pauseNs(failedStarts);
    phase = isTriedAgain ? Phase.DUE : Phase.NONE;
    return isTriedAgain;
  }

  private static long pauseNs(int times) {
    return Math.min(LONGEST_PAUSE_NS, FIRST_PAUSE_NS << Math.min(MOST_DOUBLINGS, times - 1));
  }

  /// Whether it has a child, or will have one by itself.
  boolean hasProspects() {
    return phase == Phase.LIVE
        || phase == Phase.STARTING
        || phase == Phase.LAUNCHING
        || phase == Phase.DUE;
  }
}
