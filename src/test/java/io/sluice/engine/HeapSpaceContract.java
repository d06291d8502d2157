package io.sluice.engine;

import static io.sluice.engine.HeapSpace.ALIGNMENT_BYTES;
import static io.sluice.engine.HeapSpace.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.config.HeapPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every policy of a [HeapSpace] promises.
abstract class HeapSpaceContract {

  static final long UNIT = ALIGNMENT_BYTES;
  private static final long TEBIBYTE = 1L << 40;

  private final HeapPolicy policy;

  HeapSpaceContract(HeapPolicy policy) {
    this.policy = policy;
  }

  HeapSpace space(long units) {
    return HeapSpace.of(policy, units * UNIT);
  }

  static long reserve(HeapSpace space, long units) {
    long ticket = space.tryReserve(units * UNIT);
    assertThat(ticket).as("ticket for %d units", units).isNotNegative();
    return ticket;
  }

  static List<Long> liveOffsetUnits(HeapSpace space) {
    List<Long> offsets = new ArrayList<>();
    space.forEachLive((ticket, offsetBytes, bytes) -> offsets.add(offsetBytes / UNIT));
    return offsets;
  }

  @Test
  void aNewSpaceIsEmpty() {
    HeapSpace space = space(4);
    assertThat(space.capacityBytes()).isEqualTo(4 * UNIT);
    assertThat(space.usedBytes()).isZero();
    assertThat(space.highWaterBytes()).isZero();
    assertThat(space.liveCount()).isZero();
    assertThat(space.freeBytes()).isEqualTo(4 * UNIT);
    assertThat(space.largestFreeRunBytes()).isEqualTo(4 * UNIT);
    assertThat(liveOffsetUnits(space)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1024, 0, 1, 1023, 1025, Long.MAX_VALUE})
  void aCapacityThatIsNoPositiveMultipleIsRefusedWithItsNumber(long capacityBytes) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HeapSpace.of(policy, capacityBytes))
        .withMessageContaining("multiple of 1,024")
        .withMessageContaining("%,d".formatted(capacityBytes));
  }

  @Test
  void aHeapOfFourSlabsHoldsFour() {
    HeapSpace space = space(4);
    for (int slab = 0; slab < 4; slab++) {
      reserve(space, 1);
    }
    assertThat(space.freeBytes()).isZero();
    assertThat(space.largestFreeRunBytes()).isZero();
    assertThat(space.tryReserve(1)).isEqualTo(NONE);
    assertThat(liveOffsetUnits(space)).containsExactly(0L, 1L, 2L, 3L);
  }

  @Test
  void aFullHeapStaysExactWhileItsOldestSlabsAreReplacedForever() {
    HeapSpace space = space(4);
    List<Long> tickets = new ArrayList<>();
    for (int slab = 0; slab < 4; slab++) {
      tickets.add(reserve(space, 1));
    }
    for (int turn = 0; turn < 1000; turn++) {
      space.release(tickets.removeFirst());
      assertThat(space.largestFreeRunBytes()).isEqualTo(UNIT);
      tickets.add(reserve(space, 1));
      assertThat(space.usedBytes()).isEqualTo(4 * UNIT);
      assertThat(space.tryReserve(1)).isEqualTo(NONE);
    }
  }

  @Test
  void sizesAreRoundedUpToTheAlignment() {
    HeapSpace space = space(4);
    long one = space.tryReserve(1);
    long two = space.tryReserve(UNIT + 1);
    assertThat(space.bytesOf(one)).isEqualTo(UNIT);
    assertThat(space.bytesOf(two)).isEqualTo(2 * UNIT);
    assertThat(space.offsetOf(two)).isEqualTo(UNIT);
    assertThat(space.usedBytes()).isEqualTo(3 * UNIT);
  }

  @Test
  void alignedSizesAreChecked_H06() {
    assertThat(HeapSpace.alignedBytes(0)).isZero();
    assertThat(HeapSpace.alignedBytes(1)).isEqualTo(UNIT);
    assertThat(HeapSpace.alignedBytes(UNIT)).isEqualTo(UNIT);
    assertThat(HeapSpace.alignedBytes(Long.MAX_VALUE - 1023)).isEqualTo(Long.MAX_VALUE - 1023);
    assertThatIllegalArgumentException().isThrownBy(() -> HeapSpace.alignedBytes(-1));
    assertThatThrownBy(() -> HeapSpace.alignedBytes(Long.MAX_VALUE - 1022))
        .isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0})
  void aClaimThatIsNotPositiveIsRefused(long bytes) {
    HeapSpace space = space(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> space.tryReserve(bytes))
        .withMessageContaining("%,d".formatted(bytes));
    assertThatIllegalArgumentException().isThrownBy(() -> space.couldReserve(bytes, _ -> false));
    assertThat(space.liveCount()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {4 * 1024 + 1, Long.MAX_VALUE - 1022, Long.MAX_VALUE})
  void aClaimAboveTheCapacityNeverFits_H06(long bytes) {
    HeapSpace space = space(4);
    assertThat(space.tryReserve(bytes)).isEqualTo(NONE);
    assertThat(space.couldReserve(bytes, _ -> false)).isFalse();
    assertThat(space.usedBytes()).isZero();
    assertThat(space.highWaterBytes()).isZero();
  }

  @Test
  void aClaimThatDoesNotFitLeavesNoTrace() {
    HeapSpace space = space(4);
    long first = reserve(space, 3);
    assertThat(space.tryReserve(2 * UNIT)).isEqualTo(NONE);
    assertThat(space.usedBytes()).isEqualTo(3 * UNIT);
    assertThat(space.highWaterBytes()).isEqualTo(3 * UNIT);
    assertThat(space.liveCount()).isEqualTo(1);
    assertThat(space.offsetOf(reserve(space, 1))).isEqualTo(3 * UNIT);
    assertThat(space.bytesOf(first)).isEqualTo(3 * UNIT);
  }

  @Test
  void anEmptiedHeapServesItsWholeSize_H04() {
    HeapSpace space = HeapSpace.of(policy, 4096);
    space.release(space.tryReserve(3072));
    assertThat(space.largestFreeRunBytes()).isEqualTo(4096);
    assertThat(space.tryReserve(4096)).isNotEqualTo(NONE);
    assertThat(space.usedBytes()).isEqualTo(4096);
  }

  @Test
  void anEmptyHeapServesItsWholeSizeAfterAnyHistory_H04() {
    Random random = new Random(4);
    HeapSpace space = space(37);
    List<Long> live = new ArrayList<>();
    for (int turn = 0; turn < 2000; turn++) {
      fillAtRandom(space, live, random);
      while (!live.isEmpty()) {
        space.release(live.remove(random.nextInt(live.size())));
      }
      space.release(reserve(space, 37));
    }
  }

  private static void fillAtRandom(HeapSpace space, List<Long> live, Random random) {
    for (int claim = 0; claim < 20; claim++) {
      long ticket = space.tryReserve(random.nextLong(1, 12 * UNIT));
      if (ticket != NONE) {
        live.add(ticket);
      } else {
        space.release(live.remove(random.nextInt(live.size())));
      }
    }
  }

  @Test
  void theHighWaterMarkIsTheMaximumAfterManyWraps_H10() {
    HeapSpace space = HeapSpace.of(policy, 4096);
    for (int turn = 0; turn < 100; turn++) {
      long first = space.tryReserve(1024);
      long second = space.tryReserve(1024);
      space.release(first);
      long third = space.tryReserve(1024);
      space.release(second);
      space.release(third);
      assertThat(space.highWaterBytes()).isEqualTo(2048);
    }
    space.release(space.tryReserve(4096));
    assertThat(space.highWaterBytes()).isEqualTo(4096);
    space.release(space.tryReserve(1024));
    assertThat(space.highWaterBytes()).isEqualTo(4096);
  }

  @Test
  void aTicketIsRefusedOnceItWasReleased() {
    HeapSpace space = space(4);
    long pinning = reserve(space, 1);
    long ticket = reserve(space, 1);
    space.release(ticket);
    assertRefused(space, ticket);
    space.release(pinning);
    assertRefused(space, ticket);
    assertThat(space.usedBytes()).isZero();
    assertThat(space.liveCount()).isZero();
  }

  @Test
  void aTicketIsRefusedThoughAnotherSlabHasItsPlace() {
    HeapSpace space = space(4);
    long ticket = reserve(space, 4);
    space.release(ticket);
    long another = reserve(space, 4);
    assertThat(another).isNotEqualTo(ticket);
    assertRefused(space, ticket);
    assertThat(space.bytesOf(another)).isEqualTo(4 * UNIT);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, NONE, 1, 1L << 40, Long.MAX_VALUE})
  void aTicketThatWasNeverGivenIsRefused(long ticket) {
    HeapSpace space = space(4);
    assertRefused(space, ticket);
    reserve(space, 4);
    assertRefused(space, ticket);
  }

  private static void assertRefused(HeapSpace space, long ticket) {
    assertThatIllegalStateException()
        .isThrownBy(() -> space.release(ticket))
        .withMessageContaining("ticket " + ticket)
        .withMessageContaining("bug");
    assertThatIllegalStateException().isThrownBy(() -> space.offsetOf(ticket));
    assertThatIllegalStateException().isThrownBy(() -> space.bytesOf(ticket));
    assertThatIllegalStateException().isThrownBy(() -> space.shrink(ticket, 1));
  }

  @Test
  void theNewestSlabGivesItsTailBack() {
    HeapSpace space = space(4);
    long ticket = reserve(space, 4);
    assertThat(space.shrink(ticket, UNIT + 1)).isTrue();
    assertThat(space.bytesOf(ticket)).isEqualTo(2 * UNIT);
    assertThat(space.usedBytes()).isEqualTo(2 * UNIT);
    assertThat(space.highWaterBytes()).isEqualTo(4 * UNIT);
    assertThat(space.liveCount()).isEqualTo(1);
    assertThat(space.offsetOf(reserve(space, 2))).isEqualTo(2 * UNIT);
  }

  @Test
  void shrinkingByLessThanAUnitGivesNothingBack() {
    HeapSpace space = space(4);
    long ticket = reserve(space, 2);
    assertThat(space.shrink(ticket, 2 * UNIT)).isFalse();
    assertThat(space.shrink(ticket, UNIT + 1)).isFalse();
    assertThat(space.usedBytes()).isEqualTo(2 * UNIT);
  }

  @Test
  void shrinkingToNothingLeavesAUnit() {
    HeapSpace space = space(4);
    long ticket = reserve(space, 4);
    assertThat(space.shrink(ticket, 0)).isTrue();
    assertThat(space.bytesOf(ticket)).isEqualTo(UNIT);
    assertThat(space.offsetOf(reserve(space, 3))).isEqualTo(UNIT);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 2049, Long.MAX_VALUE})
  void aSlabIsNeverShrunkToLessThanNothingOrMadeLonger(long newBytes) {
    HeapSpace space = space(4);
    long ticket = reserve(space, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> space.shrink(ticket, newBytes))
        .withMessageContaining("2,048")
        .withMessageContaining("%,d".formatted(newBytes));
  }

  @Test
  void whatCouldBeServedIgnoresAllThatIsNotFixed() {
    HeapSpace space = space(4);
    long first = reserve(space, 1);
    long second = reserve(space, 3);
    assertThat(space.couldReserve(4 * UNIT, _ -> false)).isTrue();
    assertThat(space.couldReserve(3 * UNIT, ticket -> ticket == second)).isFalse();
    assertThat(space.couldReserve(UNIT, ticket -> ticket == second)).isTrue();
    assertThat(space.couldReserve(1, ticket -> ticket == first || ticket == second)).isFalse();
    assertThat(space.liveCount()).as("asking changes nothing").isEqualTo(2);
  }

  @Test
  void resetIsRefusedWhileASlabLives() {
    HeapSpace space = space(4);
    long ticket = reserve(space, 3);
    assertThatIllegalStateException()
        .isThrownBy(space::reset)
        .withMessageContaining("1 live")
        .withMessageContaining("3,072 bytes");
    assertThat(space.bytesOf(ticket)).isEqualTo(3 * UNIT);
    assertThat(space.highWaterBytes()).isEqualTo(3 * UNIT);
  }

  @Test
  void resetForgetsTheHighWaterMarkAndStillRefusesOldTickets() {
    HeapSpace space = space(4);
    long old = reserve(space, 3);
    space.release(old);
    space.reset();
    assertThat(space.highWaterBytes()).isZero();
    long ticket = reserve(space, 3);
    assertThat(ticket).isNotEqualTo(old);
    assertRefused(space, old);
    assertThat(space.offsetOf(ticket)).isZero();
    assertThat(space.highWaterBytes()).isEqualTo(3 * UNIT);
  }

  @Test
  void aHeapOfTebibytesCostsNoMoreThanItsSlabs() {
    HeapSpace space = HeapSpace.of(policy, 64 * TEBIBYTE);
    long first = space.tryReserve(5 * TEBIBYTE);
    long second = space.tryReserve(7 * TEBIBYTE + 1);
    assertThat(space.offsetOf(second)).isEqualTo(5 * TEBIBYTE);
    assertThat(space.usedBytes()).isEqualTo(12 * TEBIBYTE + UNIT);
    assertThat(space.largestFreeRunBytes()).isEqualTo(52 * TEBIBYTE - UNIT);
    space.release(first);
    assertThat(space.couldReserve(53 * TEBIBYTE, ticket -> ticket == second)).isFalse();
    space.release(second);
    assertThat(space.tryReserve(64 * TEBIBYTE)).isNotEqualTo(NONE);
  }

  @Test
  void theLargestCapacityOfAllIsKeptExactly() {
    long capacityBytes = Long.MAX_VALUE - 1023;
    HeapSpace space = HeapSpace.of(policy, capacityBytes);
    long whole = space.tryReserve(capacityBytes);
    assertThat(space.tryReserve(1)).isEqualTo(NONE);
    space.release(whole);
    long low = space.tryReserve(capacityBytes - UNIT);
    long high = space.tryReserve(UNIT);
    assertThat(space.offsetOf(high)).isEqualTo(capacityBytes - UNIT);
    space.release(low);
    assertThat(space.largestFreeRunBytes()).isEqualTo(capacityBytes - UNIT);
  }
}
