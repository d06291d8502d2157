package io.sluice.engine;

import io.sluice.task.Box;
import java.util.Random;

/// How the boxes of a test lie: the box for each of a sequence of numbers.
enum BoxPattern {
  ROWS(2) {
    @Override
    Box box(int i, Random random) {
      return box(i % COUNT, 1, 0, 1 << 20);
    }
  },
  COLUMNS(2) {
    @Override
    Box box(int i, Random random) {
      return box(0, 1 << 20, i % COUNT, 1);
    }
  },
  TILES(2) {
    @Override
    Box box(int i, Random random) {
      return box(i % COUNT / 100 * 64L, 64, i % 100 * 32L, 32);
    }
  },
  /// 2 to 4 boxes along each of eight axes.
  GRID_OF_RANK_8(8) {
    @Override
    Box box(int i, Random random) {
      long[] bounds = new long[16];
      int rest = i % 10_368;
      for (int axis = 0; axis < 8; axis++) {
        int along = axis < 2 ? 4 : axis < 6 ? 3 : axis < 7 ? 2 : 4;
        bounds[2 * axis] = rest % along * 5L;
        bounds[2 * axis + 1] = 5;
        rest /= along;
      }
      return box(bounds);
    }
  },
  /// Rows that move on and never come again.
  ENDLESS_ROWS(2) {
    @Override
    Box box(int i, Random random) {
      return box(i, 1, 0, 1 << 20);
    }
  },
  EQUAL(3) {
    @Override
    Box box(int i, Random random) {
      return box(7, 1, 7, 2, 7, 3);
    }
  },
  NESTED(2) {
    @Override
    Box box(int i, Random random) {
      return box(i % 500, 1_001 - 2L * (i % 500), i % 500, 1_001 - 2L * (i % 500));
    }
  },
  /// Rows, bands of rows, and now and then the whole.
  MIXED(2) {
    @Override
    Box box(int i, Random random) {
      return switch (i % 200) {
        case 0 -> box(0, COUNT, 0, 1 << 20);
        case 50, 100, 150 -> box(i * 31L % 100 * 100, 100, 0, 1 << 20);
        default -> box(i * 7919L % COUNT, 1, 0, 1 << 20);
      };
    }
  },
  RANDOM_LINE(1) {
    @Override
    Box box(int i, Random random) {
      return box(random.nextInt(1 << 20), 1L + random.nextInt(1 << 10));
    }
  },
  RANDOM_PLANE(2) {
    @Override
    Box box(int i, Random random) {
      return randomBox(random, 2, 1 << 16, 1 << 10);
    }
  },
  RANDOM_CROWD(2) {
    @Override
    Box box(int i, Random random) {
      return randomBox(random, 2, 12, 6);
    }
  },
  RANDOM_SPACE(4) {
    @Override
    Box box(int i, Random random) {
      return randomBox(random, 4, 40, 20);
    }
  },
  RANDOM_OF_RANK_8(8) {
    @Override
    Box box(int i, Random random) {
      return randomBox(random, 8, 12, 6);
    }
  },
  /// Boxes of all sizes whose coordinates go up to the largest `long`.
  HUGE(1) {
    @Override
    Box box(int i, Random random) {
      long from = random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63);
      return box(from, 1 + (random.nextLong(Long.MAX_VALUE - from) >>> random.nextInt(63)));
    }
  };

  /// How many different boxes the regular patterns of rank 2 have.
  static final int COUNT = 10_000;

  final int rank;

  BoxPattern(int rank) {
    this.rank = rank;
  }

  abstract Box box(int i, Random random);

  TestPart part(int i, Random random) {
    return new TestPart(box(i, random));
  }

  /// The box with the given start and length along each axis in turn.
  static Box box(long... startsAndLengths) {
    int rank = startsAndLengths.length / 2;
    long[] from = new long[rank];
    long[] to = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      from[axis] = startsAndLengths[2 * axis];
      to[axis] = from[axis] + startsAndLengths[2 * axis + 1];
    }
    return Box.of(from, to);
  }

  private static Box randomBox(Random random, int rank, int width, int longest) {
    long[] bounds = new long[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      bounds[2 * axis] = random.nextInt(width);
      bounds[2 * axis + 1] = 1L + random.nextInt(longest);
    }
    return box(bounds);
  }
}
