package io.sluice.engine;

import static io.sluice.engine.HeapSpace.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import org.junit.jupiter.api.Test;

class RingSpaceTest extends HeapSpaceContract {

  RingSpaceTest() {
    super(HeapPolicy.RING);
  }

  @Test
  void slabsComeBackFirstInFirstOut() {
    HeapSpace space = space(3);
    long first = reserve(space, 1);
    long second = reserve(space, 1);
    reserve(space, 1);
    space.release(second);
    assertThat(space.freeBytes()).isEqualTo(UNIT);
    assertThat(space.largestFreeRunBytes()).as("pinned by the first").isZero();
    assertThat(space.tryReserve(1)).isEqualTo(NONE);
    space.release(first);
    assertThat(space.largestFreeRunBytes()).isEqualTo(2 * UNIT);
  }

  @Test
  void aClaimThatDoesNotFitBeforeTheEndGoesToTheBase() {
    HeapSpace space = space(8);
    long first = reserve(space, 3);
    reserve(space, 3);
    space.release(first);
    assertThat(space.largestFreeRunBytes()).isEqualTo(3 * UNIT);
    long wrapped = reserve(space, 3);
    assertThat(space.offsetOf(wrapped)).isZero();
    assertThat(space.usedBytes()).as("the skipped bytes are not used").isEqualTo(6 * UNIT);
    assertThat(space.largestFreeRunBytes()).as("nor can they be had").isZero();
    assertThat(liveOffsetUnits(space)).containsExactly(0L, 3L);
  }

  @Test
  void aClaimThatFitsBeforeTheEndStaysThere() {
    HeapSpace space = space(8);
    long first = reserve(space, 3);
    reserve(space, 3);
    space.release(first);
    assertThat(space.offsetOf(reserve(space, 2))).isEqualTo(6 * UNIT);
    assertThat(space.offsetOf(reserve(space, 3))).isZero();
    assertThat(space.largestFreeRunBytes()).isZero();
  }

  @Test
  void skippedBytesComeBackWithTheSlabBeforeThem() {
    HeapSpace space = space(8);
    long first = reserve(space, 3);
    long second = reserve(space, 4);
    space.release(first);
    reserve(space, 2);
    space.release(second);
    assertThat(space.largestFreeRunBytes()).isEqualTo(6 * UNIT);
    assertThat(space.offsetOf(reserve(space, 6))).isEqualTo(2 * UNIT);
  }

  @Test
  void theLastReleaseBringsTheRingBackToTheBase() {
    HeapSpace space = space(4);
    long first = reserve(space, 1);
    long second = reserve(space, 1);
    space.release(second);
    space.release(first);
    assertThat(space.offsetOf(reserve(space, 1))).isZero();
  }

  @Test
  void onlyTheNewestSlabCanBeShrunk() {
    HeapSpace space = space(8);
    long first = reserve(space, 3);
    long second = reserve(space, 3);
    assertThat(space.shrink(first, UNIT)).isFalse();
    assertThat(space.bytesOf(first)).isEqualTo(3 * UNIT);
    space.release(second);
    assertThat(space.shrink(first, UNIT)).as("a released slab is still in the way").isFalse();
  }

  @Test
  void aWrappedSlabCanBeShrunk() {
    HeapSpace space = space(8);
    long first = reserve(space, 4);
    reserve(space, 4);
    space.release(first);
    long wrapped = reserve(space, 4);
    assertThat(space.shrink(wrapped, UNIT)).isTrue();
    assertThat(space.largestFreeRunBytes()).isEqualTo(3 * UNIT);
    assertThat(space.offsetOf(reserve(space, 3))).isEqualTo(UNIT);
  }

  @Test
  void whatIsYoungerThanAFixedSlabStaysPinned() {
    HeapSpace space = space(8);
    long first = reserve(space, 2);
    long second = reserve(space, 2);
    long third = reserve(space, 3);
    assertThat(space.couldReserve(8 * UNIT, _ -> false)).isTrue();
    assertThat(space.couldReserve(2 * UNIT, ticket -> ticket == first)).isFalse();
    assertThat(space.couldReserve(UNIT, ticket -> ticket == first)).isTrue();
    assertThat(space.couldReserve(3 * UNIT, ticket -> ticket == second)).isFalse();
    assertThat(space.couldReserve(2 * UNIT, ticket -> ticket == second)).isTrue();
    assertThat(space.couldReserve(4 * UNIT, ticket -> ticket == third)).isTrue();
    space.release(first);
    space.release(third);
    assertThat(space.couldReserve(3 * UNIT, ticket -> ticket == second)).isFalse();
    assertThat(space.couldReserve(2 * UNIT, ticket -> ticket == second)).isTrue();
  }

  @Test
  void theRoomForRecordsShrinksWithThem() {
    SlabQueue slabs = new SlabQueue();
    int smallestRoom = slabs.room();
    for (int slab = 0; slab < 100_000; slab++) {
      slabs.add(slab, 1);
    }
    assertThat(slabs.room()).isEqualTo(1 << 17);
    for (int slab = 0; slab < 100_000; slab++) {
      assertThat(slabs.offsetBytes(slab)).isEqualTo(slab);
      slabs.dropOldest();
    }
    assertThat(slabs.isEmpty()).isTrue();
    assertThat(slabs.room()).isEqualTo(smallestRoom);
  }
}
