package io.sluice.engine;

import static io.sluice.engine.HeapSpace.ALIGNMENT_BYTES;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;

/// The simplest account of a heap that can be right: a map with an entry for every unit, and the
/// slabs in the order of claims.
abstract class NaiveSpace {

  static final class Slab {
    final int unit;
    int units;
    boolean live = true;
    long ticket;

    Slab(int unit, int units) {
      this.unit = unit;
      this.units = units;
    }
  }

  final boolean[] taken;
  final List<Slab> slabs = new ArrayList<>();
  private int highWaterUnits;

  NaiveSpace(int units) {
    taken = new boolean[units];
  }

  /// Where a claim of `units` goes, or -1.
  abstract int place(boolean[] map, int units);

  /// The longest run of units that a claim would get.
  abstract int largestRun(boolean[] map);

  /// Whether the unfixed slab stays in the way of later claims when it is released.
  abstract boolean staysPinned(int slab, LongPredicate fixed);

  abstract boolean shrink(Slab slab, int units);

  Slab reserve(int units) {
    int unit = place(taken, units);
    if (unit < 0) {
      return null;
    }
    Slab slab = new Slab(unit, units);
    slabs.add(slab);
    mark(taken, slab, true);
    highWaterUnits = Math.max(highWaterUnits, usedUnits());
    return slab;
  }

  abstract void release(Slab slab);

  boolean couldReserve(int units, LongPredicate fixed) {
    return units <= largestRun(mapWithout(fixed));
  }

  private boolean[] mapWithout(LongPredicate fixed) {
    boolean[] map = new boolean[taken.length];
    for (int at = 0; at < slabs.size(); at++) {
      Slab slab = slabs.get(at);
      if ((slab.live && fixed.test(slab.ticket)) || staysPinned(at, fixed)) {
        mark(map, slab, true);
      }
    }
    return map;
  }

  static void mark(boolean[] map, Slab slab, boolean isTaken) {
    for (int unit = slab.unit; unit < slab.unit + slab.units; unit++) {
      map[unit] = isTaken;
    }
  }

  static int runAt(boolean[] map, int unit) {
    int end = unit;
    while (end < map.length && !map[end]) {
      end++;
    }
    return end - unit;
  }

  int usedUnits() {
    int units = 0;
    for (Slab slab : slabs) {
      units += slab.live ? slab.units : 0;
    }
    return units;
  }

  int highWaterUnits() {
    return highWaterUnits;
  }

  long capacityBytes() {
    return taken.length * ALIGNMENT_BYTES;
  }

  List<Slab> liveByAddress() {
    return slabs.stream()
        .filter(slab -> slab.live)
        .sorted(Comparator.comparingInt((Slab slab) -> slab.unit))
        .toList();
  }

  /// Lowest address first, by looking at every address.
  static final class FirstFit extends NaiveSpace {

    FirstFit(int units) {
      super(units);
    }

    @Override
    int place(boolean[] map, int units) {
      for (int unit = 0; unit < map.length; unit += runAt(map, unit) + 1) {
        if (runAt(map, unit) >= units) {
          return unit;
        }
      }
      return -1;
    }

    @Override
    int largestRun(boolean[] map) {
      int largest = 0;
      for (int unit = 0; unit < map.length; unit += runAt(map, unit) + 1) {
        largest = Math.max(largest, runAt(map, unit));
      }
      return largest;
    }

    @Override
    boolean staysPinned(int slab, LongPredicate fixed) {
      return false;
    }

    @Override
    void release(Slab slab) {
      slab.live = false;
      slabs.remove(slab);
      mark(taken, slab, false);
    }

    @Override
    boolean shrink(Slab slab, int units) {
      mark(taken, slab, false);
      slab.units = units;
      mark(taken, slab, true);
      return true;
    }
  }

  /// Behind the newest slab or else at the base; units come back in the order of claims.
  static final class Ring extends NaiveSpace {

    Ring(int units) {
      super(units);
    }

    @Override
    int place(boolean[] map, int units) {
      int head = head(map);
      if (runAt(map, head) >= units) {
        return head;
      }
      return runAt(map, 0) >= units ? 0 : -1;
    }

    /// Behind the newest slab, whether that is live or not; the base if the map is empty.
    private int head(boolean[] map) {
      return runAt(map, 0) == map.length ? 0 : slabs.getLast().unit + slabs.getLast().units;
    }

    @Override
    int largestRun(boolean[] map) {
      return Math.max(runAt(map, head(map)), runAt(map, 0));
    }

    @Override
    boolean staysPinned(int slab, LongPredicate fixed) {
      return slabs.subList(0, slab).stream()
          .anyMatch(older -> older.live && fixed.test(older.ticket));
    }

    @Override
    void release(Slab slab) {
      slab.live = false;
      while (!slabs.isEmpty() && !slabs.getFirst().live) {
        mark(taken, slabs.removeFirst(), false);
      }
    }

    @Override
    boolean shrink(Slab slab, int units) {
      if (slab != slabs.getLast()) {
        return false;
      }
      mark(taken, slab, false);
      slab.units = units;
      mark(taken, slab, true);
      return true;
    }
  }
}
