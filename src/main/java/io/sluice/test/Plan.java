package io.sluice.test;

import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// What a schedule does, move by move: the plain one everything in its turn, another what its seed says.
///
/// Each seed has likings of its own, so that some schedules starve the subscriber, others the workers,
/// and others leave the ends of kernels for long.
final class Plan {
  private static final int[] LIKINGS = {1, 1, 4, 16, 64};
  private static final int[] REQUESTS = {1, 1, 2, 3, 8};

  private final long seed;
  private final @Nullable SplittableRandom dice;
  private final Map<Move, Integer> likings = new EnumMap<>(Move.class);
  private final boolean unbounded;
  private final double failing;
  private final double crashing;
  private final long cancelAtStep;

  private Plan(
      long seed,
      @Nullable SplittableRandom dice,
      boolean unbounded,
      double failing,
      double crashing,
      long cancelAtStep) {
    this.seed = seed;
    this.dice = dice;
    this.unbounded = unbounded;
    this.failing = failing;
    this.crashing = crashing;
    this.cancelAtStep = cancelAtStep;
    for (Move move : Move.values()) {
      likings.put(move, dice == null ? 1 : LIKINGS[dice.nextInt(LIKINGS.length)]);
    }
  }

  /// Everything in its turn, for a subscriber without bounds.
  static Plan plain() {
    return new Plan(0, null, true, 0, 0, Long.MAX_VALUE);
  }

  /// @param seed says all of it
  /// @param length how many steps the plain schedule had
  /// @param kernelCount how many kernels it had
  static Plan seeded(long seed, ScheduleSettings settings, long length, long kernelCount) {
    SplittableRandom dice = new SplittableRandom(seed);
    boolean unbounded = dice.nextInt(3) == 0;
    boolean fails = dice.nextBoolean() && settings.kernelsFail();
    boolean crashes = dice.nextBoolean() && settings.workersCrash();
    double faulty = dice.nextBoolean() ? 1.0 / Math.max(1, kernelCount) : 0.2;
    boolean cancels = dice.nextBoolean() && settings.subscriberCancels();
    long cancelAtStep = dice.nextLong(length + 1);
    return new Plan(
        seed,
        dice,
        unbounded,
        fails ? faulty : 0,
        crashes ? faulty : 0,
        cancels ? cancelAtStep : Long.MAX_VALUE);
  }

  long seed() {
    return seed;
  }

  /// One of those that can be made; null if none can.
  @Nullable Move next(ToIntFunction<Move> choices) {
    int total = 0;
    Move first = null;
    for (Move move : Move.values()) {
      if (choices.applyAsInt(move) > 0) {
        first = first == null ? move : first;
        total += liking(move);
      }
    }
    return dice == null || first == null ? first : drawn(dice.nextInt(total), choices);
  }

  private Move drawn(int lot, ToIntFunction<Move> choices) {
    int left = lot;
    for (Move move : Move.values()) {
      if (choices.applyAsInt(move) > 0) {
        left -= liking(move);
        if (left < 0) {
          return move;
        }
      }
    }
    throw new IllegalStateException("the choices changed while they were counted");
  }

  private int liking(Move move) {
    return likings.getOrDefault(move, 1);
  }

  /// One of so many.
  int choice(int count) {
    return dice == null ? 0 : dice.nextInt(count);
  }

  /// From 0 to 1.
  double chance() {
    return dice == null ? 0.5 : dice.nextDouble();
  }

  /// How much the subscriber asks for.
  long request() {
    return unbounded || dice == null ? Long.MAX_VALUE : REQUESTS[dice.nextInt(REQUESTS.length)];
  }

  boolean cancelsAt(long step) {
    return step >= cancelAtStep;
  }

  /// Whether the kernel that is about to be called fails.
  boolean fails() {
    return failing > 0 && dice != null && dice.nextDouble() < failing;
  }

  /// Whether a worker that is about to call a kernel, or to tell of its end, is lost.
  boolean crashes() {
    return crashing > 0 && dice != null && dice.nextDouble() < crashing / 2;
  }

  /// Whether it fails before it has done anything, or behind.
  boolean failsFirst() {
    return dice != null && dice.nextBoolean();
  }
}
