package io.sluice.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandoverQueueTest {
  private final HandoverQueue<Integer> queue = new HandoverQueue<>();

  @Test
  void givesWhatItWasGivenInOrder() {
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.poll()).isNull();
    queue.offer(1);
    queue.offer(2);
    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.poll()).isEqualTo(1);
    assertThat(queue.poll()).isEqualTo(2);
    assertThat(queue.poll()).isNull();
    assertThat(queue.size()).isZero();
    queue.offer(3);
    assertThat(queue.isEmpty()).isFalse();
    assertThat(queue.poll()).isEqualTo(3);
  }

  @Test
  void oneAddsWhileOneTakes() throws Exception {
    int count = 1_000_000;
    CompletableFuture<Integer> mistakes = CompletableFuture.supplyAsync(() -> takeAll(count));
    for (int i = 0; i < count; i++) {
      queue.offer(i);
    }
    assertThat(mistakes.get(30, TimeUnit.SECONDS)).isZero();
    assertThat(queue.size()).isZero();
  }

  private int takeAll(int count) {
    int mistakes = 0;
    for (int next = 0; next < count; ) {
      Integer taken = queue.poll();
      if (taken == null) {
        Thread.onSpinWait();
      } else {
        mistakes += taken == next ? 0 : 1;
        next++;
      }
    }
    return mistakes;
  }
}
