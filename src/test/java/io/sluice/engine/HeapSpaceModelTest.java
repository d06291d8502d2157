package io.sluice.engine;

import static io.sluice.engine.HeapSpace.ALIGNMENT_BYTES;
import static io.sluice.engine.HeapSpace.NONE;

import io.sluice.config.HeapPolicy;
import io.sluice.engine.NaiveSpace.Slab;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares each policy with a [NaiveSpace], step by step, over millions of random steps.
///
/// A failure names the seed of its heap; `-Dsluice.heapSeed=<seed>` makes it the first one.
class HeapSpaceModelTest {

  private static final long FIRST_SEED = Long.getLong("sluice.heapSeed", 20_250_101);
  private static final int HEAPS = 240;
  private static final int STEPS = 10_000;
  private static final int[] UNITS = {1, 2, 3, 4, 5, 7, 8, 13, 24, 31, 64, 100, 257};

  @ParameterizedTest
  @EnumSource(HeapPolicy.class)
  void aPolicyAgreesWithTheNaiveMapInEveryStep(HeapPolicy policy) {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + HEAPS; seed++) {
      new Comparison(policy, seed).run();
    }
  }

  private static final class Comparison {

    private final HeapPolicy policy;
    private final long seed;
    private final Random random;
    private final NaiveSpace naive;
    private final HeapSpace space;
    private final List<Slab> live = new ArrayList<>();
    private final List<Long> released = new ArrayList<>();
    private int step;

    Comparison(HeapPolicy policy, long seed) {
      this.policy = policy;
      this.seed = seed;
      random = new Random(seed);
      int units = UNITS[random.nextInt(UNITS.length)];
      naive =
          switch (policy) {
            case RING -> new NaiveSpace.Ring(units);
            case FIRST_FIT -> new NaiveSpace.FirstFit(units);
          };
      space = HeapSpace.of(policy, naive.capacityBytes());
    }

    void run() {
      for (step = 0; step < STEPS; step++) {
        act(random.nextInt(100), (step >> 7) % 3);
        compareTotals();
        if (step % 4 == 0) {
          compareWhatCouldBeReserved();
        }
        if (step % 32 == 0) {
          compareOrder();
        }
      }
    }

    /// Phases of 128 steps in which the heap tends to be full, half full and empty.
    private void act(int dice, int phase) {
      if (dice < 3) {
        releaseAgain();
      } else if (dice < 10) {
        shrink();
      } else if (dice < 75 - 25 * phase) {
        claim();
      } else {
        release();
      }
    }

    private void claim() {
      long bytes = claimBytes();
      Slab slab = naive.reserve(units(bytes));
      long ticket = space.tryReserve(bytes);
      require("a claim is served", slab != null ? 1 : 0, ticket != NONE ? 1 : 0);
      if (slab != null) {
        slab.ticket = ticket;
        live.add(slab);
        compareSlab(slab);
      }
    }

    /// From one byte to a little above the capacity, small sizes more often.
    private long claimBytes() {
      double share = Math.pow(random.nextDouble(), 1 + random.nextInt(4));
      return 1 + (long) (share * 1.05 * naive.capacityBytes());
    }

    private static int units(long bytes) {
      return (int) ((bytes + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES);
    }

    private void release() {
      if (live.isEmpty()) {
        return;
      }
      Slab slab = live.remove(random.nextBoolean() ? 0 : random.nextInt(live.size()));
      naive.release(slab);
      space.release(slab.ticket);
      if (released.size() == 64) {
        released.remove(random.nextInt(64));
      }
      released.add(slab.ticket);
    }

    private void releaseAgain() {
      if (released.isEmpty()) {
        return;
      }
      long ticket = released.get(random.nextInt(released.size()));
      try {
        space.release(ticket);
      } catch (IllegalStateException expected) {
        return;
      }
      throw failure("a released ticket was accepted again: " + ticket);
    }

    private void shrink() {
      if (live.isEmpty()) {
        return;
      }
      Slab slab = live.get(random.nextBoolean() ? live.size() - 1 : random.nextInt(live.size()));
      long newBytes = random.nextLong(slab.units * ALIGNMENT_BYTES + 1);
      int newUnits = Math.max(1, units(newBytes));
      boolean expected = newUnits != slab.units && naive.shrink(slab, newUnits);
      require("shrunk", expected ? 1 : 0, space.shrink(slab.ticket, newBytes) ? 1 : 0);
      compareSlab(slab);
    }

    private void compareSlab(Slab slab) {
      require("offset", slab.unit * ALIGNMENT_BYTES, space.offsetOf(slab.ticket));
      require("bytes", slab.units * ALIGNMENT_BYTES, space.bytesOf(slab.ticket));
    }

    private void compareTotals() {
      long usedBytes = naive.usedUnits() * ALIGNMENT_BYTES;
      require("used", usedBytes, space.usedBytes());
      require("free", naive.capacityBytes() - usedBytes, space.freeBytes());
      require("high water", naive.highWaterUnits() * ALIGNMENT_BYTES, space.highWaterBytes());
      require("live", live.size(), space.liveCount());
      require(
          "largest free run",
          naive.largestRun(naive.taken) * ALIGNMENT_BYTES,
          space.largestFreeRunBytes());
    }

    private void compareWhatCouldBeReserved() {
      int salt = random.nextInt();
      int oneIn = 1 + random.nextInt(8);
      LongPredicate fixed = ticket -> Math.floorMod(Long.hashCode(ticket) * 31 + salt, oneIn) == 0;
      long bytes = claimBytes();
      require(
          "could reserve " + bytes,
          naive.couldReserve(units(bytes), fixed) ? 1 : 0,
          space.couldReserve(bytes, fixed) ? 1 : 0);
    }

    private void compareOrder() {
      Iterator<Slab> expected = naive.liveByAddress().iterator();
      space.forEachLive(
          (ticket, offsetBytes, bytes) -> {
            Slab slab = expected.next();
            require("visited ticket", slab.ticket, ticket);
            require("visited offset", slab.unit * ALIGNMENT_BYTES, offsetBytes);
            require("visited bytes", slab.units * ALIGNMENT_BYTES, bytes);
          });
      require("slabs not visited", 0, expected.hasNext() ? 1 : 0);
    }

    private void require(String what, long expected, long actual) {
      if (expected != actual) {
        throw failure("%s: expected %d, was %d".formatted(what, expected, actual));
      }
    }

    private AssertionError failure(String what) {
      return new AssertionError(
          "%s [policy %s, seed %d, step %d, %d units]"
              .formatted(what, policy, seed, step, naive.taken.length));
    }
  }
}
