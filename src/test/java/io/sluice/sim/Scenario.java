package io.sluice.sim;

import io.sluice.config.HeapPolicy;
import io.sluice.engine.EngineConfig;
import io.sluice.engine.PoolLayout;
import io.sluice.task.DType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.SplittableRandom;

/// What a program is like, drawn from its seed before it starts.
final class Scenario {
  static final String LOADER = "loader";

  final HeapPolicy policy;
  final long heapBytes;
  final long timeoutNs;
  final List<PoolLayout> pools;
  final DType dtype;
  final int taskCount;
  final int runCount;

  /// The most elements of a tensor.
  final int largestElements;

  /// Percent of tasks that break a rule on purpose.
  final int mischiefPercent;

  /// Percent of kernels that fail.
  final int failurePercent;

  /// Percent of accesses that are `OUT_EXISTING`.
  final int joinPercent;

  final int slicePercent;
  final int yieldPercent;

  /// Percent of tensors whose rows are a maximum.
  final int maximumPercent;

  final int groupPercent;

  /// How many cancellations, upstream errors, drains and the like there may be.
  final int oddities;

  /// Percent of tasks that have a timeout, that have retries, whose kernels hang, that lose their
  /// worker.
  final int timeoutPercent;

  final int retryPercent;
  final int stuckPercent;
  final int lostPercent;

  /// For the jitter of retries.
  final SplittableRandom chances;

  final boolean watched;

  /// Whether many small claims pass a few that need most of the heap.
  final boolean crowded;

  /// Whether it is crowded below the limits of runs, not in the heap.
  final boolean limited;

  /// Whether many tasks of different priorities wait for one worker.
  final boolean ranked;

  /// Whether many tasks rest between attempts, long enough for their runs to end meanwhile.
  final boolean restless;

  /// Whether somebody watches over workers that are held up. No number is thrown for it: the programs of
  /// other scenarios stay as they were.
  final boolean watchful;

  /// Whether rows of events are worked off together.
  final boolean gathers;

  /// How many short tasks of a run are plenty. No number is thrown for it either.
  final int plentyCount;

  /// One task of so many is worth another worker.
  final int longTaskEvery;

  /// Whether all tasks are for the default pool, and nearly all are short.
  final boolean plain;

  /// How likely each kind of step is.
  private final EnumMap<Step, Integer> weights = new EnumMap<>(Step.class);

  Scenario(Dice dice) {
    crowded = dice.chance(4);
    limited = crowded && dice.chance(40);
    ranked = !crowded && dice.chance(4);
    restless = !crowded && !ranked && dice.chance(5);
    policy = dice.pickOf(HeapPolicy.values());
    dtype = dice.pickOf(DType.UINT8, DType.INT16, DType.FLOAT32, DType.FLOAT64);
    heapBytes = 1024L * (crowded ? dice.between(6, 12) : dice.logBetween(restless ? 16 : 1, 64));
    timeoutNs = crowded || dice.chance(20) ? EngineConfig.NO_TIMEOUT : dice.logBetween(10, 10_000);
    pools = ranked ? List.of(new PoolLayout("pool0", 1), new PoolLayout(LOADER, 1)) : pools(dice);
    taskCount =
        ranked
            ? dice.between(150, 400)
            : crowded
                ? (limited ? dice.between(120, 200) : dice.between(300, 450))
                : dice.chance(10)
                    ? dice.between(60, 300)
                    : dice.between(restless ? 40 : 1, restless ? 90 : 50);
    runCount =
        limited
            ? 1
            : ranked
                ? dice.between(1, 2)
                : !crowded && dice.chance(30) ? 1 : dice.between(2, crowded ? 3 : 5);
    largestElements = dice.logBetween(4, 4 * 1024 / dtype.byteSize() * (dice.chance(20) ? 2 : 1));
    watchful = !crowded && !ranked && !restless && largestElements % 3 == 0;
    plentyCount = watchful ? 2 + largestElements % 4 : EngineConfig.PLENTY_COUNT;
    gathers = taskCount % 2 == 0;
    plain = watchful && largestElements % 2 != 0;
    longTaskEvery = plain ? 40 : 3;
    mischiefPercent = crowded || ranked || restless || dice.chance(60) ? 0 : dice.between(1, 10);
    failurePercent =
        restless ? dice.between(10, 30) : ranked || dice.chance(40) ? 0 : dice.between(1, 25);
    joinPercent = dice.chance(75) ? 0 : dice.between(3, 20);
    slicePercent = dice.between(10, 90);
    yieldPercent = dice.chance(30) ? 0 : dice.between(2, crowded ? 60 : 25);
    groupPercent = dice.chance(50) ? 0 : dice.between(5, 25);
    oddities =
        restless
            ? dice.between(3, 8)
            : crowded || ranked || dice.chance(40) ? 0 : dice.between(1, 8);
    watched = dice.chance(30);
    timeoutPercent = restless ? 30 : dice.chance(50) ? 0 : dice.between(5, 60);
    retryPercent = restless ? 95 : dice.chance(50) ? 0 : dice.between(20, 90);
    stuckPercent = dice.chance(60) ? 0 : dice.between(2, 30);
    lostPercent = dice.chance(60) ? 0 : dice.between(1, 10);
    chances = new SplittableRandom(dice.below(1_000));
    maximumPercent = chances.nextInt(100) < 60 ? 0 : chances.nextInt(10, 61);
    for (Step step : Step.values()) {
      weights.put(
          step,
          step.isOdd()
              ? 1
              : step == Step.HELD_UP
                  ? 10
                  : ranked && step == Step.FEED
                      ? 200
                      : crowded ? crowdedWeight(step) : weight(step, dice));
    }
  }

  /// Tasks come faster than they end.
  private static int crowdedWeight(Step step) {
    return switch (step) {
      case FEED, END_SOURCE, PROGRAM -> 60;
      default -> 10;
    };
  }

  private int weight(Step step, Dice dice) {
    int any = dice.pickOf(2, 10, 30, 100);
    boolean wakes = step == Step.TIMER || step == Step.JUDGE;
    return restless && wakes ? 1 : any;
  }

  private static List<PoolLayout> pools(Dice dice) {
    List<PoolLayout> pools = new ArrayList<>();
    int count = dice.between(1, 3);
    for (int i = 0; i < count; i++) {
      pools.add(
          new PoolLayout(
              "pool" + i,
              dice.between(1, 4),
              false,
              dice.chance(25) ? dice.between(2, 3) : 1,
              dice.chance(25),
              null));
    }
    pools.add(new PoolLayout(LOADER, dice.between(1, 2)));
    return pools;
  }

  /// Whether it has many tasks of one kind, for what comes up only then.
  boolean isLong() {
    return crowded || ranked;
  }

  /// Of each run, where it is [#limited].
  long limitBytes() {
    return heapBytes / 2048 * 1024;
  }

  int weight(Step step) {
    return weights.get(step);
  }

  EngineConfig config() {
    return new EngineConfig(heapBytes, policy, timeoutNs, pools, 0, pools.size() - 1, plentyCount);
  }
}
