package io.sluice.engine;

import static io.sluice.engine.BoxPattern.box;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartIndexTest {

  private static final int FLAT = 5;
  private static final int TREE = 100;

  private final PartIndex<TestPart> index = new PartIndex<>(2);
  private final List<TestPart> parts = new ArrayList<>();

  @ParameterizedTest
  @EnumSource
  void answersLikeAScanOfAllParts(BoxPattern pattern) {
    new PartIndexRun(pattern, 20_250).operations(100_000);
  }

  @Test
  void anEmptyIndexFindsNothing() {
    assertThat(index.isEmpty()).isTrue();
    assertThat(index.size()).isZero();
    assertThat(found(index)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {FLAT, TREE})
  void anIndexThatBecameEmptyIsAsGoodAsNew(int count) {
    for (int round = 0; round < 3; round++) {
      addRows(count);
      assertThat(found(index)).containsExactlyInAnyOrderElementsOf(parts);
      parts.forEach(index::remove);
      parts.clear();
      assertThat(index.isEmpty()).isTrue();
      assertThat(index.tree()).isNull();
      assertThat(found(index)).isEmpty();
    }
  }

  @Test
  void aLargeArrayDoesNotOutliveItsParts() {
    addRows(PartIndex.MAX_FLAT);
    assertThat(index.flatCapacity()).isEqualTo(PartIndex.MAX_FLAT - 1);
    parts.forEach(index::remove);
    assertThat(index.flatCapacity()).isZero();
  }

  @Test
  void aNeighbourIsNotFound() {
    addRows(TREE);
    List<TestPart> found = new ArrayList<>();
    index.collectOverlapping(box(7, 2, 5, 1), found);
    assertThat(found).containsExactlyInAnyOrder(parts.get(7), parts.get(8));
  }

  @Test
  void fewPartsAreFlatAndManyATree() {
    addRows(PartIndex.MAX_FLAT);
    assertThat(index.tree()).isNull();
    addRows(1);
    assertThat(index.tree()).isNotNull();
  }

  @Test
  void aSizeThatSwingsDoesNotRebuildTheTree() {
    addRows(PartIndex.MAX_FLAT + 1);
    PartTree tree = index.tree();
    while (index.size() > PartIndex.MIN_TREE) {
      index.remove(parts.removeLast());
    }
    assertThat(index.tree()).isSameAs(tree);
    addRows(PartIndex.MAX_FLAT);
    assertThat(index.tree()).isSameAs(tree);
  }

  @Test
  void aTreeThatShrankIsFlatAgain() {
    addRows(PartIndex.MAX_FLAT + 1);
    while (index.size() >= PartIndex.MIN_TREE) {
      index.remove(parts.removeFirst());
    }
    assertThat(index.tree()).isNull();
    assertThat(found(index)).containsExactlyInAnyOrderElementsOf(parts);
  }

  @ParameterizedTest
  @ValueSource(ints = {FLAT, TREE})
  void toRemoveAPartTwiceIsABug(int count) {
    addRows(count);
    index.remove(parts.get(2));
    assertThatIllegalStateException()
        .isThrownBy(() -> index.remove(parts.get(2)))
        .withMessage(
            "part [2..3, 0..10) was removed from an index that it is not in;"
                + " this is a bug in Sluice");
    assertThat(index.size()).isEqualTo(count - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {FLAT, TREE})
  void toRemoveAPartFromAnotherIndexIsABug(int count) {
    addRows(count);
    PartIndex<TestPart> other = new PartIndex<>(2);
    assertThatIllegalStateException().isThrownBy(() -> other.remove(parts.get(0)));
    assertThat(index.size()).isEqualTo(count);
  }

  @ParameterizedTest
  @ValueSource(ints = {FLAT, TREE})
  void toAddAPartTwiceIsABug(int count) {
    addRows(count);
    assertThatIllegalStateException()
        .isThrownBy(() -> index.add(parts.get(2)))
        .withMessage(
            "part [2..3, 0..10) was added while it is in an index; this is a bug in Sluice");
    assertThat(index.size()).isEqualTo(count);
  }

  @Test
  void refusesBoxesOfAnotherRank() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.add(new TestPart(box(0, 4))))
        .withMessage("the index holds boxes of rank 2, was 1 for [0..4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> index.collectOverlapping(box(0, 4), new ArrayList<>()));
  }

  @ParameterizedTest
  @ValueSource(ints = {FLAT, TREE})
  void clearLetsAllPartsGo(int count) {
    addRows(count);
    index.clear();
    assertThat(index.isEmpty()).isTrue();
    assertThat(found(index)).isEmpty();
    PartIndex<TestPart> other = new PartIndex<>(2);
    parts.forEach(other::add);
    parts.reversed().forEach(other::remove);
    assertThat(other.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {FLAT, TREE})
  void theSameCallsGiveTheSameOrder(int count) {
    assertThat(foundAfterChurn(count)).isEqualTo(foundAfterChurn(count));
  }

  private static List<String> foundAfterChurn(int count) {
    PartIndex<TestPart> index = new PartIndex<>(2);
    List<TestPart> live = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 10 * count; i++) {
      live.add(BoxPattern.RANDOM_CROWD.part(i, random));
      index.add(live.getLast());
      if (live.size() > count) {
        index.remove(live.remove(random.nextInt(count)));
      }
    }
    return found(index).stream().map(TestPart::toString).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, FLAT, TREE})
  void aRemovedPartIsNotKeptAlive(int others) {
    addRows(others);
    WeakReference<TestPart> removed = addAndRemove();
    for (int i = 0; i < 10 && removed.get() != null; i++) {
      System.gc();
    }
    assertThat(removed.get()).isNull();
    assertThat(index.size()).isEqualTo(others);
  }

  @Test
  void aPartThatLeftDoesNotKeepTheTreeAlive() {
    addRows(TREE);
    index.remove(parts.getFirst());
    assertThat(parts.getFirst().parent).isNull();
    index.clear();
    assertThat(parts).allSatisfy(part -> assertThat(part.parent).isNull());
  }

  private WeakReference<TestPart> addAndRemove() {
    TestPart part = new TestPart(box(3, 1, 0, 10));
    index.add(part);
    index.remove(part);
    return new WeakReference<>(part);
  }

  private void addRows(int count) {
    for (int i = 0; i < count; i++) {
      TestPart part = new TestPart(box(i, 1, 0, 10));
      parts.add(part);
      index.add(part);
    }
  }

  private static List<TestPart> found(PartIndex<TestPart> index) {
    List<TestPart> found = new ArrayList<>();
    index.collectOverlapping(box(0, 1_000, 0, 1_000), found);
    return found;
  }
}
