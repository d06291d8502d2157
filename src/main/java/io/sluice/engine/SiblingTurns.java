package io.sluice.engine;

import java.util.ArrayList;
import java.util.List;

/// Keeps room below a run's limit for a claim that too many of its siblings have passed: until it is
/// served, no other source of the run takes bytes. Within one run it is what a [Reservation] is between
/// all.
///
/// It lapses as soon as nothing in flight can make room, or free the bytes that it waits for then.
///
/// **Confinement.** Owned by the scheduler's drain loop. Costs nothing where no run keeps room.
final class SiblingTurns {
  private final Core core;
  private final Reservation reservation;

  /// Runs that keep room for a source.
  private final List<Run> keeping = new ArrayList<>();

  SiblingTurns(Core core, Reservation reservation) {
    this.core = core;
    this.reservation = reservation;
  }

  /// Whether a sibling's turn keeps `source` from taking bytes.
  boolean block(Source source) {
    Source next = source.run.keepsRoomFor;
    return next != null && next != source;
  }

  /// Its run's limit leaves too little for it: siblings may have passed it too often.
  void passed(Source source) {
    Run run = source.run;
    if (run.keepsRoomFor != null
        || run.byteClaimCount - source.siblingBase < EngineConfig.MAX_BYPASSES) {
      return;
    }
    if (mayBeServed(source)) {
      run.keepsRoomFor = source;
      keeping.add(run);
      lapseOfSibling(run);
    } else {
      source.siblingBase = run.byteClaimCount;
    }
  }

  /// Bytes must not be kept for a source that may not take them.
  private void lapseOfSibling(Run run) {
    Source holder = reservation.holder();
    if (holder != null && holder.run == run) {
      reservation.lapse();
    }
  }

  /// The source was served, or has gone.
  void lapse(Source source) {
    if (source.run.keepsRoomFor == source) {
      source.siblingBase = source.run.byteClaimCount;
      source.run.keepsRoomFor = null;
      keeping.remove(source.run);
      core.admissionDue = true;
    }
  }

  /// Lapse where what is in flight can't help any more.
  void reconsider() {
    for (int i = keeping.size() - 1; i >= 0; i--) {
      Source source = keeping.get(i).keepsRoomFor;
      if (source != null && !mayBeServed(source)) {
        lapse(source);
      }
    }
  }

  /// Whoever could make room now is outside.
  void nothingRuns() {
    while (!keeping.isEmpty()) {
      Source source = keeping.getLast().keepsRoomFor;
      if (source != null) {
        lapse(source);
      }
    }
  }

  private boolean mayBeServed(Source source) {
    return core.unsettledCount > 0
        && fixedBytes(source.run) <= source.run.heapLimitBytes - source.neededBytes
        && reservation.canBeServed(source);
  }

  /// What only somebody outside can give back, or a kernel that may never return.
  private long fixedBytes(Run run) {
    long bytes = 0;
    for (Slot slot = run.firstSlot; slot != null; slot = slot.runNext) {
      boolean isHeld = slot.inScope || slot.userResultCount > 0 || slot.isUnreturned();
      bytes += isHeld ? slot.slabBytes : 0;
    }
    return bytes;
  }
}
