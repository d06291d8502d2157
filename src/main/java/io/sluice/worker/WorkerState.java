package io.sluice.worker;

/// What a worker is doing, as far as the others need to know.
///
/// ```
/// NEW ─▶ SEARCHING ◀─▶ RUNNING ─▶ AWAY ─▶ SEARCHING      AWAY also at once, for a stolen item, and to tell
///  │       │    ▲                                        PARKED: found nothing anywhere
///  │       ▼    │
///  │       PARKED      SEARCHING ─▶ ENDED                the pool is closed
///  └──────────────────────────────▶ ENDED                it was closed before the first item
/// ```
enum WorkerState {
  /// It has no thread yet. Waking it is starting it.
  NEW,
  /// It is awake and looks for an item, or was woken and will.
  SEARCHING,
  /// It is inside an item of its own, and looks into its inbox soon.
  RUNNING,
  /// It is inside an item, and nobody should count on it: the item is another worker's, or takes
  /// longer than a tick of the watch; or it tells of those of whom that is true.
  AWAY,
  /// It sleeps, or has announced that it will and takes a last look.
  PARKED,
  /// Its thread is gone, or never was.
  ENDED;

  boolean isAsleep() {
    return this == PARKED || this == NEW;
  }

  boolean isInsideItem() {
    return this == RUNNING || this == AWAY;
  }

  /// Whether it may soon be stuck, so that a watch over its inbox makes sense.
  boolean isLively() {
    return this == RUNNING || this == SEARCHING;
  }
}
