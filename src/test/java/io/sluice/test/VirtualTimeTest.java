package io.sluice.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/// Time that passes by the test's hand.
class VirtualTimeTest {
  private final VirtualTime time = VirtualTime.create();
  private final List<String> done = new ArrayList<>();

  private Disposable after(long seconds, String what) {
    return time.schedule(() -> done.add(what), seconds, TimeUnit.SECONDS);
  }

  private void pass(long seconds) {
    time.advanceBy(Duration.ofSeconds(seconds));
  }

  @Test
  void timersRunInTheOrderOfTheirTimeThenOfTheirScheduling() {
    var _ = after(2, "c");
    var _ = after(1, "a");
    var _ = after(1, "b");
    pass(1);
    assertThat(done).containsExactly("a", "b");
    pass(1);
    assertThat(done).containsExactly("a", "b", "c");
  }

  @Test
  void whatATimerSchedulesRunsAtItsOwnTime() {
    var _ = time.schedule(() -> after(1, "second"), 1, TimeUnit.SECONDS);
    pass(1);
    assertThat(done).isEmpty();
    pass(1);
    assertThat(done).containsExactly("second");
  }

  @Test
  void theTimeInsideATimerIsItsOwn() {
    var _ = time.schedule(() -> done.add("" + time.now(TimeUnit.SECONDS)), 3, TimeUnit.SECONDS);
    pass(10);
    assertThat(done).containsExactly("3");
    assertThat(time.elapsed()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void whatIsDueAtOnceRunsAtOnceButNotInsideAnother() {
    var _ =
        time.schedule(
            () -> {
              var _ = time.schedule(() -> done.add("inner"));
              done.add("outer");
            });
    assertThat(done).containsExactly("outer", "inner");
  }

  @Test
  void aDisposedTimerDoesNotRun() {
    Disposable timer = after(1, "a");
    timer.dispose();
    assertThat(time.untilNext()).isEmpty();
    pass(1);
    assertThat(done).isEmpty();
  }

  @Test
  void aPeriodRepeatsUntilItIsDisposed() {
    Disposable timer = time.schedulePeriodically(() -> done.add("tick"), 1, 2, TimeUnit.SECONDS);
    pass(5);
    assertThat(done).hasSize(3);
    timer.dispose();
    pass(5);
    assertThat(done).hasSize(3);
  }

  @Test
  void aPeriodMayEndItself() {
    Disposable[] timer = new Disposable[1];
    timer[0] =
        time.schedulePeriodically(
            () -> {
              done.add("tick");
              timer[0].dispose();
            },
            1,
            1,
            TimeUnit.SECONDS);
    pass(5);
    assertThat(done).hasSize(1);
  }

  @Test
  void disposingAWorkerEndsItsTimers() {
    Scheduler.Worker worker = time.createWorker();
    var _ = worker.schedule(() -> done.add("a"), 1, TimeUnit.SECONDS);
    var _ = worker.schedulePeriodically(() -> done.add("b"), 1, 1, TimeUnit.SECONDS);
    worker.dispose();
    pass(5);
    assertThat(done).isEmpty();
    assertThatThrownBy(() -> worker.schedule(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void timeGoesToTheNextTimer() {
    var _ = after(60, "a");
    assertThat(time.untilNext()).contains(Duration.ofSeconds(60));
    assertThat(time.advanceToNext()).isTrue();
    assertThat(done).containsExactly("a");
    assertThat(time.advanceToNext()).isFalse();
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> time.advanceBy(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-1S");
  }

  @Test
  void aDelayWithoutEndIsNeverDue() {
    pass(1);
    var _ = time.schedule(() -> done.add("never"), Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    pass(1_000_000);
    assertThat(done).isEmpty();
  }

  @Test
  void operatorsTakeIt() {
    var run = Flux.just("a", "b").delayElements(Duration.ofHours(1), time).subscribe(done::add);
    time.advanceBy(Duration.ofHours(1));
    assertThat(done).containsExactly("a");
    time.advanceBy(Duration.ofHours(1));
    assertThat(done).containsExactly("a", "b");
    run.dispose();
  }

  @Test
  void behindItsEndItTakesNothing() {
    var _ = after(1, "a");
    time.dispose();
    pass(1);
    assertThat(done).isEmpty();
    assertThatThrownBy(() -> time.schedule(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
  }
}
