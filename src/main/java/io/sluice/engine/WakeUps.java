package io.sluice.engine;

/// Decides whether ready tasks are worth another worker.
///
/// To wake one costs both cores tens of microseconds, and tasks shorter than what is done around each of
/// them are done sooner by one worker, however many there are: with two, the engine's state wanders
/// between their caches. So short tasks are kept back for a worker that is busy. One that is *held up*
/// by a task that turns out to be long, or by a subscriber, doesn't count: whoever watches over the
/// workers tells.
///
/// Whom tasks are left to may be given others all the while, for exact workers or in groups. So these are
/// counted: when they are [ReadyLane#MAX_PASSES] ahead of the tasks that wait, each that starts is paid for
/// with one of those, on whichever worker is idle.
///
/// ```
///   mean run time < 1 µs             ─▶ left to one worker
///   tasks × mean run time < 20 µs    ─▶ left to those that are busy
///   otherwise                        ─▶ a worker is woken
/// ```
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class WakeUps {
  /// How long tasks must take, all together, for one more worker.
  static final long WAKE_UP_NS = 20_000;

  /// What is shorter is left to one worker.
  static final long SHORT_NS = 1_000;

  /// What nobody has measured yet is taken as long: a wrong guess wakes one too many.
  private static final long UNKNOWN_NS = Long.MAX_VALUE / Integer.MAX_VALUE;

  /// A longer one counts as this: alone it doesn't make short tasks long ones, since its thread may have been
  /// interrupted, and one that is very long is not remembered for ever.
  private static final long MOST_NS = 256_000;

  /// A sample counts for a 512th: so one long task among some two hundred short ones makes them worth another worker.
  private static final int SAMPLE_SHIFT = 9;

  /// The first samples count for an eighth: what runs first in a JVM runs slowly.
  private static final int FIRST_SHIFT = 3;

  private static final int FIRST_COUNT = 64;

  private final boolean[] heldUp;
  private int heldUpCount;

  /// How many tasks that can't be left went before those that are, less those of the latter that started.
  private int passCount;

  /// The mean of run times in 512ths of a nanosecond, lest what is shifted out be lost.
  private long scaledMeanNs;

  private int sampleCount;

  WakeUps(int workerCount) {
    this.heldUp = new boolean[workerCount];
  }

  /// A kernel ran for so long.
  void ran(long ns) {
    long sample = Math.clamp(ns, 0, MOST_NS);
    long change = (sample << SAMPLE_SHIFT) - scaledMeanNs;
    if (sampleCount < FIRST_COUNT) {
      scaledMeanNs += sampleCount == 0 ? change : change >> FIRST_SHIFT;
      sampleCount++;
    } else {
      scaledMeanNs += change >> SAMPLE_SHIFT;
    }
  }

  private long meanNs() {
    return sampleCount == 0 ? UNKNOWN_NS : scaledMeanNs >> SAMPLE_SHIFT;
  }

  /// Whether so many ready tasks are better left to one of so many busy workers.
  boolean keepBack(int readyCount, int busyCount) {
    return busyCount > heldUpCount
        && passCount < ReadyLane.MAX_PASSES
        && (areShort() || readyCount * meanNs() < WAKE_UP_NS);
  }

  /// Something else went first, and tasks are left.
  void passed() {
    passCount++;
  }

  /// One that could have been left has started.
  void taken() {
    passCount = Math.max(0, passCount - 1);
  }

  /// Whether tasks are left to one worker.
  boolean areShort() {
    return meanNs() < SHORT_NS;
  }

  /// The worker is busy, and will be for longer than anybody should wait.
  void heldUp(int worker) {
    if (!heldUp[worker]) {
      heldUp[worker] = true;
      heldUpCount++;
    }
  }

  boolean isAnyHeldUp() {
    return heldUpCount > 0;
  }

  void freed(int worker) {
    if (heldUp[worker]) {
      heldUp[worker] = false;
      heldUpCount--;
    }
  }
}
