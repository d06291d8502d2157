package io.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.config.HeapPolicy;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FirstFitSpaceTest extends HeapSpaceContract {

  FirstFitSpaceTest() {
    super(HeapPolicy.FIRST_FIT);
  }

  @Test
  void aClaimGetsTheLowestAddressThatFits() {
    HeapSpace space = space(10);
    long first = reserve(space, 1);
    reserve(space, 1);
    long third = reserve(space, 3);
    reserve(space, 1);
    space.release(first);
    space.release(third);
    assertThat(space.offsetOf(reserve(space, 2)))
        .as("not the first, not the tightest")
        .isEqualTo(2 * UNIT);
    assertThat(space.offsetOf(reserve(space, 1))).isZero();
    assertThat(space.offsetOf(reserve(space, 1))).isEqualTo(4 * UNIT);
    assertThat(space.offsetOf(reserve(space, 4))).isEqualTo(6 * UNIT);
    assertThat(space.freeBytes()).isZero();
  }

  @Test
  void aStragglerPinsItsOwnBytesOnly() {
    HeapSpace space = space(4);
    long straggler = reserve(space, 1);
    for (int turn = 0; turn < 100; turn++) {
      space.release(reserve(space, 3));
    }
    assertThat(liveOffsetUnits(space)).containsExactly(0L);
    assertThat(space.bytesOf(straggler)).isEqualTo(UNIT);
  }

  @Test
  void neighboursCoalesceInWhicheverOrderTheyAreReleased() {
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int[] order : orders) {
      HeapSpace space = space(5);
      reserve(space, 1);
      long[] tickets = {reserve(space, 1), reserve(space, 1), reserve(space, 1)};
      reserve(space, 1);
      for (int slab : order) {
        space.release(tickets[slab]);
      }
      assertThat(space.largestFreeRunBytes()).isEqualTo(3 * UNIT);
      assertThat(space.offsetOf(reserve(space, 3))).isEqualTo(UNIT);
    }
  }

  @Test
  void anySlabCanBeShrunk() {
    HeapSpace space = space(6);
    long first = reserve(space, 3);
    long second = reserve(space, 3);
    assertThat(space.shrink(first, UNIT)).isTrue();
    assertThat(space.largestFreeRunBytes()).isEqualTo(2 * UNIT);
    assertThat(space.shrink(second, UNIT)).isTrue();
    assertThat(liveOffsetUnits(space)).containsExactly(0L, 3L);
    assertThat(space.offsetOf(reserve(space, 2))).isEqualTo(UNIT);
    space.release(first);
    assertThat(space.offsetOf(reserve(space, 1))).isZero();
  }

  @Test
  void whatIsFixedPinsItsOwnBytesOnly() {
    HeapSpace space = space(8);
    long first = reserve(space, 2);
    long second = reserve(space, 3);
    long third = reserve(space, 2);
    assertThat(space.couldReserve(6 * UNIT, ticket -> ticket == first)).isTrue();
    assertThat(space.couldReserve(7 * UNIT, ticket -> ticket == first)).isFalse();
    assertThat(space.couldReserve(3 * UNIT, ticket -> ticket == second)).isTrue();
    assertThat(space.couldReserve(4 * UNIT, ticket -> ticket == second)).isFalse();
    assertThat(space.couldReserve(5 * UNIT, ticket -> ticket == third)).isTrue();
    assertThat(space.couldReserve(4 * UNIT, ticket -> ticket != second)).isFalse();
    assertThat(space.couldReserve(3 * UNIT, ticket -> ticket != second)).isTrue();
  }

  @Test
  void ticketsAreNotNegativeWhenTheyStartAgain() {
    HeapSpace space = space(Long.MAX_VALUE / UNIT);
    for (int claim = 0; claim < 5000; claim++) {
      space.release(reserve(space, 1));
    }
  }

  @Test
  void ticketsOfOnePlaceDiffer() {
    HeapSpace space = space(1 << 20);
    reserve(space, 1);
    Set<Long> tickets = new HashSet<>();
    for (int claim = 0; claim < 10_000; claim++) {
      long ticket = reserve(space, (1 << 20) - 1);
      assertThat(tickets.add(ticket)).isTrue();
      space.release(ticket);
    }
  }
}
