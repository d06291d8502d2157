package io.sluice.engine;

import static io.sluice.engine.HeapSpace.ALIGNMENT_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class GapTreeTest {

  private static final int SLABS = 1 << 17;
  private static final long CAPACITY_BYTES = SLABS * ALIGNMENT_BYTES;

  private final GapTree tree = new GapTree(CAPACITY_BYTES);
  private final Random random = new Random(7);

  @Test
  void slabsThatComeInTheOrderOfAddressesKeepTheTreeFlat() {
    fill(SLABS);
    assertThat(tree.height()).isEqualTo(18);
    assertThat(tree.largestGapBytes()).isZero();
  }

  @Test
  void theTreeStaysFlatUnderChurn() {
    fill(SLABS);
    for (int turn = 0; turn < 10_000; turn++) {
      fill(removeAtRandom(20));
    }
    assertThat(tree.height()).isLessThanOrEqualTo(levelsAtMost(SLABS + 1));
    assertBalanced();
  }

  @Test
  void theTreeStaysFlatWhileItsLowSideIsRemoved() {
    fill(SLABS);
    for (int slab = 0; slab < SLABS - 100; slab++) {
      tree.remove(tree.first());
    }
    assertThat(tree.height()).isLessThanOrEqualTo(levelsAtMost(101));
    assertBalanced();
  }

  @Test
  void theTreeStaysFlatWhileItsHighSideIsRemoved() {
    fill(SLABS);
    for (int slab = SLABS - 1; slab >= 100; slab--) {
      tree.remove(tree.find(slab * ALIGNMENT_BYTES));
    }
    assertThat(tree.height()).isLessThanOrEqualTo(levelsAtMost(101));
    assertBalanced();
  }

  @Test
  void everyNodeIsBalancedAfterEachInsertionAndRemoval() {
    for (int turn = 0; turn < 100; turn++) {
      fill(200);
      removeAll(() -> random.nextInt(4) == 0);
      assertBalanced();
      insertInGaps(() -> random.nextBoolean());
      removeAll(() -> true);
    }
  }

  @Test
  void theLargestGapIsTheLargestOfAll() {
    fill(SLABS);
    for (int turn = 0; turn < 200; turn++) {
      removeAtRandom(1000);
      fill(200);
      assertThat(tree.largestGapBytes()).isEqualTo(largestGapBytesSeen());
    }
  }

  @Test
  void theRoomForSlabsShrinksWithThem() {
    int smallestRoom = tree.room();
    fill(SLABS);
    assertThat(tree.room()).isEqualTo(2 * SLABS - 4);
    for (int slab = 0; slab < SLABS; slab++) {
      tree.remove(tree.find(slab * ALIGNMENT_BYTES));
    }
    assertThat(tree.first()).isEqualTo(GapTree.NIL);
    assertThat(tree.height()).isEqualTo(1);
    assertThat(tree.room()).isEqualTo(smallestRoom);
    assertThat(tree.largestGapBytes()).isEqualTo(CAPACITY_BYTES);
  }

  private void fill(int slabs) {
    for (int ticket = 0; ticket < slabs; ticket++) {
      tree.insertBehind(tree.firstWithGap(ALIGNMENT_BYTES), ticket, ALIGNMENT_BYTES);
    }
  }

  /// Tries some addresses; returns how many slabs it found there.
  private int removeAtRandom(int tries) {
    int removed = 0;
    for (int each = 0; each < tries; each++) {
      int node = tree.find(random.nextInt(SLABS) * ALIGNMENT_BYTES);
      if (node != GapTree.NIL) {
        tree.remove(node);
        removed++;
      }
    }
    return removed;
  }

  private void removeAll(BooleanSupplier choice) {
    for (int unit = 0; unit < 200; unit++) {
      int node = tree.find(Math.floorMod(unit * 77, 200) * ALIGNMENT_BYTES);
      if (node != GapTree.NIL && choice.getAsBoolean()) {
        tree.remove(node);
        assertBalanced();
      }
    }
  }

  private void insertInGaps(BooleanSupplier choice) {
    for (int unit = 0; unit < 199; unit++) {
      int node = tree.find(Math.floorMod(unit * 77, 200) * ALIGNMENT_BYTES);
      if (node != GapTree.NIL && hasGap(node) && choice.getAsBoolean()) {
        tree.insertBehind(node, unit, ALIGNMENT_BYTES);
        assertBalanced();
      }
    }
  }

  private boolean hasGap(int node) {
    int next = tree.next(node);
    return next != GapTree.NIL && tree.offsetBytes(next) > tree.endBytes(node);
  }

  private void assertBalanced() {
    for (int node = tree.first(); node != GapTree.NIL; node = tree.next(node)) {
      if (Math.abs(tree.lean(node)) > 1) {
        throw new AssertionError("node %d leans by %d".formatted(node, tree.lean(node)));
      }
    }
  }

  private long largestGapBytesSeen() {
    long largestBytes = 0;
    long endBytes = 0;
    for (int node = tree.first(); node != GapTree.NIL; node = tree.next(node)) {
      largestBytes = Math.max(largestBytes, tree.offsetBytes(node) - endBytes);
      endBytes = tree.endBytes(node);
    }
    return Math.max(largestBytes, CAPACITY_BYTES - endBytes);
  }

  /// The bound of an AVL tree.
  private static int levelsAtMost(int nodes) {
    return (int) (1.4405 * Math.log(nodes + 2) / Math.log(2));
  }
}
