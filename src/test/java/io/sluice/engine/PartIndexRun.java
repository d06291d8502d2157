package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Box;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A seeded sequence of calls to a [PartIndex], each answer compared with a scan of all parts.
///
/// The number of parts swings between none and a few hundred; parts leave in the order in which
/// they came for a while, then in any order, then the youngest first.
final class PartIndexRun {

  private static final int MOST_PARTS = 400;

  private final BoxPattern pattern;
  private final long seed;
  private final Random random;
  private final PartIndex<TestPart> index;
  private final List<TestPart> live = new ArrayList<>();
  private final List<TestPart> found = new ArrayList<>();
  private int made;
  private int operation;
  private int target;
  private int leaving;

  PartIndexRun(BoxPattern pattern, long seed) {
    this.pattern = pattern;
    this.seed = seed;
    this.random = new Random(seed);
    this.index = new PartIndex<>(pattern.rank);
  }

  void operations(int count) {
    for (operation = 0; operation < count; operation++) {
      if (operation % 1_000 == 0) {
        nextPhase();
      }
      step();
    }
  }

  private void nextPhase() {
    target = random.nextInt(4) == 0 ? random.nextInt(20) : random.nextInt(MOST_PARTS);
    leaving = random.nextInt(3);
    assertThat(index.size()).as(this::where).isEqualTo(live.size());
    if (index.tree() != null) {
      assertThat(PartTreeStructure.of(index.tree()).parts()).as(this::where).isEqualTo(live.size());
    }
    if (random.nextInt(25) == 0) {
      index.clear();
      live.clear();
    }
  }

  private void step() {
    int dice = random.nextInt(6);
    if (dice < 2) {
      query();
    } else if (live.isEmpty() || (live.size() < target ? dice < 5 : dice < 3)) {
      add();
    } else {
      index.remove(live.remove(nextToLeave()));
    }
  }

  private int nextToLeave() {
    return switch (leaving) {
      case 0 -> 0;
      case 1 -> random.nextInt(live.size());
      default -> live.size() - 1;
    };
  }

  private void add() {
    TestPart part = pattern.part(made++, random);
    live.add(part);
    index.add(part);
  }

  private void query() {
    Box query = nextQuery();
    found.clear();
    index.collectOverlapping(query, found);
    for (TestPart part : found) {
      check(part.foundBy != operation, "%s was found twice for %s", part, query);
      part.foundBy = operation;
    }
    for (TestPart part : live) {
      boolean wasFound = part.foundBy == operation;
      check(wasFound == part.box().overlaps(query), "%s found for %s: " + wasFound, part, query);
    }
  }

  /// A box of the pattern, an old or a new one, or the box between two of them.
  private Box nextQuery() {
    Box box = pattern.box(random.nextInt(made + 2), random);
    return random.nextBoolean() || live.isEmpty() ? box : corner(box, live.getFirst().box());
  }

  private static Box corner(Box a, Box b) {
    long[] from = new long[a.rank()];
    long[] to = new long[a.rank()];
    for (int axis = 0; axis < a.rank(); axis++) {
      from[axis] = Math.min(a.from(axis), b.from(axis));
      to[axis] = Math.max(from[axis] + 1, Math.max(a.from(axis), b.from(axis)));
    }
    return Box.of(from, to);
  }

  private void check(boolean holds, String message, TestPart part, Box query) {
    if (!holds) {
      throw new AssertionError(message.formatted(part, query) + ", " + where());
    }
  }

  private String where() {
    return "%s seed %d operation %d with %d parts".formatted(pattern, seed, operation, live.size());
  }
}
