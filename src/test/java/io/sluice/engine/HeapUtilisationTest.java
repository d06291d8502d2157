package io.sluice.engine;

import static io.sluice.engine.HeapSpace.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.config.HeapPolicy;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Measures the share of the heap that is live when a claim has to wait.
///
/// Claims never end and take no time: the next one is made as soon as the last was served. One that
/// does not fit counts once, with the share that is live then; it waits for the slabs that end
/// soonest, one after another, until it fits. Sizes are log-uniform from 1 KiB to 1/16 of the heap.
class HeapUtilisationTest {

  private static final long SEED = 1;
  private static final long HEAP_BYTES = 16L << 20;
  private static final int WARM_UP_CLAIMS = 5_000;
  private static final int CLAIMS = 60_000;

  /// How long a slab lives, its mean being 1, and how much time passes between two claims.
  enum Load {
    EQUAL(0) {
      @Override
      double lifetime(Random random) {
        return 1;
      }
    },
    /// As `EQUAL`, but slabs end one by one and not in waves.
    EQUAL_STAGGERED(1e-4) {
      @Override
      double lifetime(Random random) {
        return 1;
      }
    },
    EXPONENTIAL(0) {
      @Override
      double lifetime(Random random) {
        return exponential(random);
      }
    },
    /// As `EXPONENTIAL`, but one slab in a hundred lives fifty times as long.
    STRAGGLERS(0) {
      @Override
      double lifetime(Random random) {
        return exponential(random) * (random.nextInt(100) == 0 ? 50 : 1);
      }
    };

    private final double claimInterval;

    Load(double claimInterval) {
      this.claimInterval = claimInterval;
    }

    abstract double lifetime(Random random);

    private static double exponential(Random random) {
      return -Math.log(1 - random.nextDouble());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RING,      EQUAL,           0.98, 0.02",
    "RING,      EQUAL_STAGGERED, 0.97, 0.02",
    "RING,      EXPONENTIAL,     0.48, 0.05",
    "RING,      STRAGGLERS,      0.51, 0.05",
    "FIRST_FIT, EQUAL,           0.98, 0.02",
    "FIRST_FIT, EQUAL_STAGGERED, 0.94, 0.02",
    "FIRST_FIT, EXPONENTIAL,     0.85, 0.02",
    "FIRST_FIT, STRAGGLERS,      0.84, 0.01"
  })
  void theShareLiveWhenAClaimWaitsIsAsDocumented(
      HeapPolicy policy, Load load, double share, double tolerance) {
    double measured = new Simulation(policy, load).shareLiveWhenAClaimWaits();
    System.out.printf(
        "%-9s %-15s %.3f of the heap live when a claim waits%n", policy, load, measured);
    assertThat(measured).isCloseTo(share, within(tolerance));
  }

  private record Slab(double end, int claim, long ticket) {}

  private static final class Simulation {

    private final Random random = new Random(SEED);
    private final PriorityQueue<Slab> byEnd =
        new PriorityQueue<>(Comparator.comparingDouble(Slab::end).thenComparingInt(Slab::claim));
    private final HeapSpace space;
    private final Load load;
    private double now;
    private double sumOfShares;
    private int waits;

    Simulation(HeapPolicy policy, Load load) {
      this.space = HeapSpace.of(policy, HEAP_BYTES);
      this.load = load;
    }

    double shareLiveWhenAClaimWaits() {
      for (int claim = 0; claim < WARM_UP_CLAIMS; claim++) {
        serve(claim);
      }
      sumOfShares = 0;
      waits = 0;
      for (int claim = 0; claim < CLAIMS; claim++) {
        serve(WARM_UP_CLAIMS + claim);
      }
      return sumOfShares / waits;
    }

    private void serve(int claim) {
      now += load.claimInterval;
      retireWhatHasEnded();
      long bytes = sizeBytes();
      long ticket = space.tryReserve(bytes);
      if (ticket == NONE) {
        sumOfShares += (double) space.usedBytes() / HEAP_BYTES;
        waits++;
        ticket = waitFor(bytes);
      }
      byEnd.add(new Slab(now + load.lifetime(random), claim, ticket));
    }

    private void retireWhatHasEnded() {
      while (!byEnd.isEmpty() && byEnd.peek().end <= now) {
        space.release(byEnd.remove().ticket);
      }
    }

    private long sizeBytes() {
      return (long) (1024 * Math.exp(random.nextDouble() * Math.log(HEAP_BYTES / 16 / 1024.0)));
    }

    private long waitFor(long bytes) {
      long ticket = NONE;
      while (ticket == NONE) {
        Slab next = byEnd.remove();
        now = next.end;
        space.release(next.ticket);
        ticket = space.tryReserve(bytes);
      }
      return ticket;
    }
  }
}
