package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How good the tree is: counted in nodes, not in time.
class PartTreeTest {

  private static final int PARTS = 10_000;

  private final Random random = new Random(99);
  private final List<TestPart> live = new ArrayList<>();
  private PartIndex<TestPart> index;
  private BoxPattern pattern;
  private int made;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ROWS, 5",
    "COLUMNS, 5",
    "TILES, 6",
    "GRID_OF_RANK_8, 8",
    "ENDLESS_ROWS, 5",
    "RANDOM_LINE, 8",
    "RANDOM_PLANE, 8",
    "MIXED, 40"
  })
  void aQueryVisitsFewNodes(BoxPattern pattern, double most) {
    fill(pattern, false);
    assertThat(visitsPerQuery()).as("added in order").isLessThan(most);
    replaceOldest(2 * PARTS);
    assertThat(visitsPerQuery()).as("replaced in order").isLessThan(most);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "ROWS, 6",
    "COLUMNS, 6",
    "TILES, 7",
    "GRID_OF_RANK_8, 20",
    "RANDOM_LINE, 8",
    "RANDOM_PLANE, 8",
    "MIXED, 40"
  })
  void aQueryVisitsFewNodesInAnyOrderOfCalls(BoxPattern pattern, double most) {
    fill(pattern, true);
    assertThat(visitsPerQuery()).as("added in any order").isLessThan(most);
    replaceAny(2 * PARTS);
    assertThat(visitsPerQuery()).as("replaced in any order").isLessThan(most);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"ROWS", "TILES", "ENDLESS_ROWS", "EQUAL", "NESTED", "MIXED", "GRID_OF_RANK_8"})
  void theTreeIsProportionalToThePartsHoweverManyCameAndWent(BoxPattern pattern) {
    fill(pattern, false);
    for (int round = 0; round < 2; round++) {
      replaceOldest(30_000);
      checkProportions();
      replaceAny(30_000);
      checkProportions();
    }
  }

  private void checkProportions() {
    PartTreeStructure structure = PartTreeStructure.of(index.tree());
    assertThat(structure.parts()).isEqualTo(PARTS);
    assertThat(structure.nodes()).isLessThan(PARTS / 3);
    assertThat(structure.levels()).isLessThanOrEqualTo(6);
  }

  @Test
  void millionsOfChangesLeaveTheTreeAsGoodAsAFreshOne() {
    fill(BoxPattern.TILES, true);
    replaceAny(PARTS);
    double visits = visitsPerQuery();
    PartTreeStructure structure = PartTreeStructure.of(index.tree());
    replaceAny(1_000_000);
    assertThat(visitsPerQuery()).isLessThan(1.25 * visits);
    assertThat(PartTreeStructure.of(index.tree()).nodes()).isLessThan(structure.nodes() * 5 / 4);
  }

  @Test
  void theTreeGetsLowerAsPartsGo() {
    fill(BoxPattern.TILES, true);
    int levels = PartTreeStructure.of(index.tree()).levels();
    while (live.size() > 50) {
      index.remove(live.removeLast());
    }
    PartTreeStructure structure = PartTreeStructure.of(index.tree());
    assertThat(structure.levels()).isLessThan(levels);
    assertThat(structure.nodes()).isLessThan(50 / 2);
  }

  private void fill(BoxPattern pattern, boolean anyOrder) {
    this.pattern = pattern;
    index = new PartIndex<>(pattern.rank);
    for (int i = 0; i < PARTS; i++) {
      live.add(pattern.part(made++, random));
    }
    if (anyOrder) {
      Collections.shuffle(live, random);
    }
    live.forEach(index::add);
  }

  private void replaceOldest(int count) {
    for (int i = 0; i < count; i++) {
      replace(i % PARTS);
    }
  }

  private void replaceAny(int count) {
    for (int i = 0; i < count; i++) {
      replace(random.nextInt(PARTS));
    }
  }

  private void replace(int at) {
    index.remove(live.get(at));
    live.set(at, pattern.part(made++, random));
    index.add(live.get(at));
  }

  private double visitsPerQuery() {
    long before = index.tree().visits();
    List<TestPart> found = new ArrayList<>();
    int queries = 0;
    for (int i = 1; i < PARTS; i += 11) {
      found.clear();
      index.collectOverlapping(live.get(i).box(), found);
      assertThat(found).contains(live.get(i));
      queries++;
    }
    return (double) (index.tree().visits() - before) / queries;
  }
}
