package io.sluice.engine;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps bytes for a claim that was bypassed too often: until it is served nobody else takes bytes.
///
/// It lapses as soon as nothing in flight can free enough for it: bytes held by scopes or open
/// results come back only through somebody outside, who may wait for a claim that this one blocks; and
/// a kernel that was given up may never return.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Reservation {
  private final Core core;
  private @Nullable Source holder;

  Reservation(Core core) {
    this.core = core;
  }

  @Nullable Source holder() {
    return holder;
  }

  /// Whether it keeps `source` from taking bytes.
  boolean blocks(Source source) {
    return holder != null && holder != source;
  }

  /// Holds for it, or, where nothing in flight can free enough, not until it was bypassed too often once
  /// more: meanwhile it is another one's turn.
  void tryHold(Source source) {
    if (holder != null) {
      return;
    }
    if (canBeServed(source)) {
      holder = source;
    } else {
      source.bypassBase = core.byteClaimCount;
    }
  }

  void lapse(Source source) {
    if (holder == source) {
      holder = null;
      core.admissionDue = true;
    }
  }

  /// Lapses if what is in flight can't free enough any more.
  void reconsider() {
    if (holder != null
        && (core.unsettledCount == 0
            || !holder.run.hasRoomFor(holder.neededBytes)
            || !canBeServed(holder))) {
      lapse();
    }
  }

  /// Lapses, until its holder was bypassed too often once more.
  void lapse() {
    if (holder != null) {
      holder.bypassBase = core.byteClaimCount;
      lapse(holder);
    }
  }

  /// Whether what is in flight can free enough for it.
  boolean canBeServed(Source source) {
    Set<Long> fixed = new HashSet<>();
    core.slots.forEach(
        slot -> {
          if (slot.slabTicket != HeapSpace.NONE && (slot.inScope || slot.userResultCount > 0)) {
            fixed.add(slot.slabTicket);
          }
          if (slot.isUnreturned()) {
            addTouched(slot, fixed);
          }
        });
    return core.heap.couldReserve(source.neededBytes, fixed::contains);
  }

  private static void addTouched(Slot slot, Set<Long> tickets) {
    for (Version version : slot.versions) {
      if (version.owner != null) {
        tickets.add(version.owner.slabTicket);
      }
    }
  }
}
