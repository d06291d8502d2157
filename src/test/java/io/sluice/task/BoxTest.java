package io.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BoxTest {

  private static final Box TILE = box(0, 4, 2, 8);

  @Test
  void tellsItsRanges() {
    assertThat(TILE.rank()).isEqualTo(2);
    assertThat(TILE.from(1)).isEqualTo(2);
    assertThat(TILE.to(1)).isEqualTo(8);
    assertThat(TILE.length(0)).isEqualTo(4);
    assertThat(TILE.length(1)).isEqualTo(6);
    assertThat(TILE.elementCount()).isEqualTo(24);
    assertThat(TILE).hasToString("[0..4, 2..8)");
  }

  @Test
  void theWholeStartsAtZeroAlongEachAxis() {
    assertThat(Box.whole(3, 5)).isEqualTo(box(0, 3, 0, 5));
    assertThat(Box.whole(Long.MAX_VALUE).elementCount()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void isAValue() {
    Box same = box(0, 4, 2, 8);
    assertThat(same).isEqualTo(TILE).hasSameHashCodeAs(TILE);
    assertThat(TILE).isNotEqualTo(box(0, 4, 2, 9)).isNotEqualTo(box(0, 4)).isNotEqualTo("[0..4)");
  }

  @Test
  void copiesTheArraysItIsMadeOf() {
    long[] from = {1, 1};
    long[] to = {2, 2};
    Box box = Box.of(from, to);
    from[0] = 0;
    to[1] = 9;
    assertThat(box).isEqualTo(box(1, 2, 1, 2));
  }

  @Test
  void refusesARangeThatIsEmptyOrBelowZero() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> box(0, 4, 8, 8))
        .withMessage(
            "a box needs 0 <= from < to along each axis, was 8..8 along axis 1 of [0..4, 8..8)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> box(-1, 4))
        .withMessageContaining("was -1..4 along axis 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Box.whole(4, 0))
        .withMessageContaining("was 0..0 along axis 1");
  }

  @Test
  void refusesAnotherNumberOfAxesThanOneToEight() {
    assertThatIllegalArgumentException()
        .isThrownBy(Box::whole)
        .withMessage("a box must have 1 to 8 axes, was 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Box.whole(1, 1, 1, 1, 1, 1, 1, 1, 1))
        .withMessage("a box must have 1 to 8 axes, was 9");
    assertThat(Box.whole(1, 1, 1, 1, 1, 1, 1, 1).rank()).isEqualTo(8);
  }

  @Test
  void refusesStartsWithoutEnds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Box.of(new long[] {1, 2}, new long[] {3}))
        .withMessage("a box needs as many ends as starts, was from [1, 2] to [3]");
  }

  @Test
  void refusesMoreElementsThanALongCounts() {
    assertThat(Box.whole(1L << 31, 1L << 31, 1).elementCount()).isEqualTo(1L << 62);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Box.whole(1L << 32, 1L << 31))
        .withMessage(
            "a box must hold at most 9223372036854775807 elements,"
                + " was [0..4294967296, 0..2147483648)");
  }

  @Test
  void refusesToBeComparedWithAnotherRank() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TILE.overlaps(box(0, 4)))
        .withMessage("boxes must have the same rank, was 2 for [0..4, 2..8) but 1 for [0..4)");
    assertThatIllegalArgumentException().isThrownBy(() -> TILE.contains(box(0, 4)));
    assertThatIllegalArgumentException().isThrownBy(() -> TILE.intersect(box(0, 4)));
    assertThatIllegalArgumentException().isThrownBy(() -> TILE.minus(box(0, 4)));
  }

  @Test
  void neighboursShareNothing() {
    Box right = box(0, 4, 8, 9);
    assertThat(TILE.overlaps(right)).isFalse();
    assertThat(TILE.intersect(right)).isNull();
    assertThat(TILE.minus(right)).containsExactly(TILE);
  }

  @Test
  void minusAroundAHoleLeavesTwoBoxesAnAxis() {
    assertThat(Box.whole(3, 3).minus(box(1, 2, 1, 2)))
        .containsExactlyInAnyOrder(
            box(0, 1, 0, 3), box(2, 3, 0, 3), box(1, 2, 0, 1), box(1, 2, 2, 3));
    assertThat(box(1, 2, 1, 2).minus(Box.whole(3, 3))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8})
  void agreesWithSetsOfCells(int rank) {
    long seed = 4711L + rank;
    Random random = new Random(seed);
    int rounds = rank == 8 ? 300 : 1_000;
    for (int round = 0; round < rounds; round++) {
      Box a = random(random, rank);
      Box b = random(random, rank);
      compareWithCells(a, b, "seed %d round %d: %s and %s".formatted(seed, round, a, b));
    }
  }

  private static void compareWithCells(Box a, Box b, String what) {
    Set<List<Long>> ofA = cells(a);
    Set<List<Long>> ofB = cells(b);
    Set<List<Long>> shared = new HashSet<>(ofA);
    shared.retainAll(ofB);
    assertThat(a.elementCount()).as(what).isEqualTo(ofA.size());
    assertThat(a.overlaps(b)).as(what).isEqualTo(!shared.isEmpty());
    assertThat(a.contains(b)).as(what).isEqualTo(ofA.containsAll(ofB));
    assertThat(cellsOrNone(a.intersect(b)).equals(shared)).as(what).isTrue();
    ofA.removeAll(ofB);
    checkRest(a.minus(b), ofA, 2 * a.rank(), what);
  }

  private static void checkRest(List<Box> rest, Set<List<Long>> expected, int limit, String what) {
    Set<List<Long>> covered = new HashSet<>();
    long count = 0;
    for (Box box : rest) {
      covered.addAll(cells(box));
      count += box.elementCount();
    }
    assertThat(covered.equals(expected)).as(what).isTrue();
    assertThat(count).as("the rest is disjoint, " + what).isEqualTo(expected.size());
    assertThat(rest).as(what).hasSizeLessThanOrEqualTo(limit);
  }

  private static Set<List<Long>> cellsOrNone(Box box) {
    return box == null ? Set.of() : cells(box);
  }

  private static Set<List<Long>> cells(Box box) {
    Set<List<Long>> cells = new HashSet<>();
    addCells(box, new ArrayList<>(), cells);
    return cells;
  }

  private static void addCells(Box box, List<Long> start, Set<List<Long>> cells) {
    int axis = start.size();
    if (axis == box.rank()) {
      cells.add(List.copyOf(start));
      return;
    }
    for (long index = box.from(axis); index < box.to(axis); index++) {
      start.add(index);
      addCells(box, start, cells);
      start.removeLast();
    }
  }

  private static Box random(Random random, int rank) {
    int size = rank > 3 ? 3 : 6;
    long[] from = new long[rank];
    long[] to = new long[rank];
    for (int axis = 0; axis < rank; axis++) {
      from[axis] = random.nextInt(size);
      to[axis] = from[axis] + 1 + random.nextInt(rank == 8 ? 2 : size);
    }
    return Box.of(from, to);
  }

  private static Box box(long... bounds) {
    long[] from = new long[bounds.length / 2];
    long[] to = new long[bounds.length / 2];
    for (int axis = 0; axis < from.length; axis++) {
      from[axis] = bounds[2 * axis];
      to[axis] = bounds[2 * axis + 1];
    }
    return Box.of(from, to);
  }
}
