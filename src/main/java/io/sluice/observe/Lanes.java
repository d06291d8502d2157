package io.sluice.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The slices of each worker, so that none begins before the one before it has ended.
///
/// A thread's slices are measured, and stay as they are. A worker process tells only how long a kernel ran:
/// of several whose ends were told together, each but the last one ended when the next one began.
///
/// **Confinement.** The builder's thread.
final class Lanes {
  /// A slice that may yet be moved.
  static final class Place {
    private Slice slice;

    private Place(Slice slice) {
      this.slice = slice;
    }

    Slice slice() {
      return slice;
    }
  }

  private record Lane(String pool, int worker) {}

  private final Map<Lane, List<Place>> lanes = new HashMap<>();

  /// Adds a slice behind those of its worker that were told before. One that was given up has had no worker.
  Place add(Slice slice) {
    Place place = new Place(slice);
    if (!slice.givenUp()) {
      lanes
          .computeIfAbsent(new Lane(slice.pool(), slice.worker()), lane -> new ArrayList<>())
          .add(place);
    }
    return place;
  }

  /// Moves what overlaps, from the last one back.
  void straighten() {
    lanes.values().forEach(Lanes::straighten);
  }

  private static void straighten(List<Place> places) {
    long next = Long.MAX_VALUE;
    for (Place place : places.reversed()) {
      Slice slice = place.slice;
      if (slice.endedNs() > next) {
        long started = Math.max(0, next - slice.runTimeNs());
        place.slice = slice.at(started, next);
      }
      next = Math.min(next, place.slice.startedNs());
    }
  }
}
