package io.sluice.observe;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The slices of each worker, so that none begins before the one before it has ended, nor before its
/// kernel could run.
///
/// A thread's slices are measured, and stay as they are. A worker process tells only how long a kernel ran:
/// of several whose ends were told together, each but the last one ended when the next one began. Of a kernel
/// that did not return, nobody knows when it began: behind the one before it, at the earliest.
///
/// **Confinement.** The builder's thread.
final class Lanes {
  /// A slice that may yet be moved.
  static final class Place {
    private Slice slice;
    private final long earliestNs;
    private final boolean isBeginKnown;

    private Place(Slice slice, long earliestNs, boolean isBeginKnown) {
      this.slice = slice;
      this.earliestNs = earliestNs;
      this.isBeginKnown = isBeginKnown;
    }

    Slice slice() {
      return slice;
    }

    /// Has it end by then; it keeps its length, if its begin is known.
    private void endBy(long ns) {
      if (slice.endedNs() > ns) {
        long started = isBeginKnown ? ns - slice.runTimeNs() : Math.min(slice.startedNs(), ns);
        slice = slice.at(started, ns);
      }
    }

    private void beginFrom(long ns) {
      long started = Math.max(slice.startedNs(), Math.max(ns, earliestNs));
      slice = slice.at(started, Math.max(started, slice.endedNs()));
    }
  }

  private record Lane(String pool, int worker) {}

  private final Map<Lane, List<Place>> lanes = new HashMap<>();

  /// Adds a slice behind those of its worker that were told before. One that was given up has had no worker.
  ///
  /// @param earliestNs when its kernel could run
  Place add(Slice slice, long earliestNs) {
    return add(slice, new Place(slice, earliestNs, true));
  }

  /// The same of a kernel that did not return, from when it could run.
  Place addUnreturned(Slice slice) {
    return add(slice, new Place(slice, slice.startedNs(), false));
  }

  private Place add(Slice slice, Place place) {
    if (!slice.givenUp()) {
      lane(slice).add(place);
    }
    return place;
  }

  private List<Place> lane(Slice slice) {
    return lanes.computeIfAbsent(new Lane(slice.pool(), slice.worker()), lane -> new ArrayList<>());
  }

  void remove(Place place) {
    lane(place.slice).remove(place);
  }

  /// Moves what overlaps: from the last one back by what is known of their ends, then on from the first by
  /// when they could begin.
  void straighten() {
    lanes.values().forEach(Lanes::straighten);
  }

  private static void straighten(List<Place> places) {
    long next = Long.MAX_VALUE;
    for (Place place : places.reversed()) {
      place.endBy(next);
      next = place.isBeginKnown ? place.slice.startedNs() : place.slice.endedNs();
    }
    long free = 0;
    for (Place place : places) {
      place.beginFrom(free);
      free = place.slice.endedNs();
    }
  }
}
