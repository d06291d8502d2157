package io.sluice.worker.process;

import java.util.concurrent.atomic.AtomicLong;

/// Which of a pool's threads watches, and whether it is inside a report.
///
/// ```
///   63          32 31           0
///   | the holder  | a count     |     both run over without harm
/// ```
///
/// The count is odd inside a report; it changes with each begin and end, so that a deputy can tell one long report
/// from many.
///
/// **Threads.** The holder begins and ends; a deputy takes over. One of them fails if they meet.
final class WatchRole {
  private static final int HOLDER_SHIFT = 32;

  private final AtomicLong word;

  /// @param holder the number of the first one
  /// @param count even
  WatchRole(int holder, int count) {
    this.word = new AtomicLong(wordOf(holder, count));
  }

  private static long wordOf(int holder, int count) {
    return (long) holder << HOLDER_SHIFT | Integer.toUnsignedLong(count);
  }

  private static int holderOf(long word) {
    return (int) (word >>> HOLDER_SHIFT);
  }

  private static long next(long word) {
    return wordOf(holderOf(word), (int) word + 1);
  }

  boolean isHeldBy(int number) {
    return holderOf(word.get()) == number;
  }

  /// The holder begins a report.
  ///
  /// @return to be given to [#end]
  long begin() {
    long inside = next(word.get());
    word.set(inside);
    return inside;
  }

  /// The report is over.
  ///
  /// @return false if somebody has taken over meanwhile
  boolean end(long inside) {
    return word.compareAndSet(inside, next(inside));
  }

  /// What it is now, to be compared later.
  long look() {
    return word.get();
  }

  static boolean isInReport(long seen) {
    return (seen & 1) == 1;
  }

  /// Takes it over from one that is still inside the report that was seen.
  boolean takeOver(long seen, int number) {
    return isInReport(seen) && word.compareAndSet(seen, wordOf(number, 0));
  }
}
