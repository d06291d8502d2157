package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.ConfigurationException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/// Those who are told all that came before a drain when it resolves.
class WatchTest extends ManualRuntimeTest {
  private final Task first = RuntimeTest.quick("first");
  private final Task second = RuntimeTest.quick("second");
  private final List<TaskEvent> told = new ArrayList<>();
  private final List<TaskEvent> toldAtDrain = new ArrayList<>();
  private final AtomicBoolean drained = new AtomicBoolean();

  private void runBoth() {
    var _ = sluice.submit(Flux.just(first, second)).subscribe();
    drain();
  }

  private void drain() {
    var _ =
        sluice
            .drain()
            .subscribe(
                report -> {
                  toldAtDrain.addAll(told);
                  drained.set(true);
                });
  }

  private static List<String> kindsOf(List<TaskEvent> events) {
    return events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  private static boolean isEndOf(TaskEvent event, String name) {
    return event instanceof TaskEvent.Completed completed && completed.taskName().equals(name);
  }

  @Test
  void aDrainResolvesBehindWhatAWatcherIsStillToBeTold() {
    Disposable watch =
        sluice.watch(
            event -> {
              told.add(event);
              if (isEndOf(event, "first")) {
                workers.complete(second);
                assertThat(drained).as("with events to be told").isFalse();
              }
            },
            100);
    runBoth();
    workers.complete(first);
    assertThat(drained).isTrue();
    assertThat(toldAtDrain).isEqualTo(told);
    assertThat(kindsOf(told)).endsWith("Completed", "Consumed", "Drained").hasSize(11);
    watch.dispose();
  }

  @Test
  void aDrainWaitsForEachWatcher() {
    List<Disposable> watches = new ArrayList<>();
    List<TaskEvent> toldToOther = new ArrayList<>();
    watches.add(sluice.watch(toldToOther::add, 100));
    watches.add(
        sluice.watch(
            event -> {
              told.add(event);
              if (isEndOf(event, "first")) {
                workers.complete(second);
              }
            },
            100));
    watches.add(sluice.watch(toldToOther::add, 100));
    runBoth();
    workers.complete(first);
    assertThat(toldAtDrain).isEqualTo(told).hasSize(11);
    assertThat(toldToOther).hasSize(22);
    watches.forEach(Disposable::dispose);
  }

  @Test
  void aWatcherThatLeavesIsWaitedForNoLonger() {
    Disposable.Swap watch = Disposables.swap();
    watch.replace(
        sluice.watch(
            event -> {
              told.add(event);
              if (isEndOf(event, "first")) {
                workers.complete(second);
                watch.dispose();
              }
            },
            100));
    runBoth();
    workers.complete(first);
    assertThat(drained).isTrue();
    assertThat(isEndOf(told.getLast(), "first")).as("the last that it was told").isTrue();
  }

  @Test
  void aWatcherThatThrowsIsWaitedForNoLonger() {
    Disposable watch =
        sluice.watch(
            event -> {
              told.add(event);
              if (isEndOf(event, "first")) {
                workers.complete(second);
                throw new IllegalStateException("no more");
              }
            },
            100);
    runBoth();
    workers.complete(first);
    assertThat(drained).isTrue();
    drained.set(false);
    drain();
    assertThat(drained).isTrue();
    watch.dispose();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void whatAWatcherLostIsToldBeforeTheDrainToo(int bufferCount) {
    AtomicBoolean due = new AtomicBoolean();
    Disposable watch =
        sluice.watch(
            event -> {
              told.add(event);
              if (due.getAndSet(false)) {
                workers.complete(second);
              }
            },
            bufferCount);
    runBoth();
    due.set(true);
    workers.complete(first);
    long lost =
        toldAtDrain.stream()
            .mapToLong(event -> event instanceof TaskEvent.Lost gap ? gap.count() - 1 : 0)
            .sum();
    assertThat(toldAtDrain.size() + lost).isEqualTo(11);
    watch.dispose();
  }

  @Test
  void aDrainFromInsideAWatcherResolvesBehindIt() {
    AtomicReference<String> order = new AtomicReference<>("");
    Disposable watch =
        sluice.watch(
            event -> {
              if (isEndOf(event, "second")) {
                var _ = sluice.drain().subscribe(r -> order.getAndUpdate(so -> so + "drained"));
                order.getAndUpdate(so -> so + "watched ");
              }
            },
            100);
    var _ = sluice.submit(Flux.just(first, second)).subscribe();
    workers.complete(first, second);
    assertThat(order).hasValue("watched drained");
    watch.dispose();
  }

  @Test
  void aRecordingHasWhatHappenedAlsoWhileAWatcherIsTold() {
    EventRecording recording = sluice.record(100);
    List<TaskEvent> recorded = new ArrayList<>();
    Disposable watch =
        sluice.watch(
            event -> {
              told.add(event);
              if (isEndOf(event, "first")) {
                workers.complete(second);
                recorded.addAll(recording.newest());
              }
            },
            100);
    runBoth();
    workers.complete(first);
    assertThat(recorded).isEqualTo(told).hasSize(11);
    watch.dispose();
    recording.dispose();
  }

  @Test
  void aRecordingKeepsTheNewestUntilItIsDisposedOf() {
    EventRecording recording = sluice.record(4);
    runBoth();
    workers.complete(first, second);
    assertThat(kindsOf(recording.newest()))
        .containsExactly("Returned", "Completed", "Consumed", "Drained");
    assertThat(recording.forgottenCount()).isEqualTo(7);
    recording.dispose();
    recording.dispose();
    assertThat(recording.isDisposed()).isTrue();
    drain();
    assertThat(recording.forgottenCount()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, (1 << 26) + 1})
  void aRecordingOutOfRangeIsRefused(int eventCount) {
    assertThatThrownBy(() -> sluice.record(eventCount))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("must lie in 1 to 67108864, was " + eventCount);
  }

  @Test
  void anEndedRuntimeHasNoMoreToTell() {
    Disposable watch = sluice.watch(told::add, 1);
    sluice.dispose();
    assertThat(watch.isDisposed()).isTrue();
    assertThat(sluice.watch(told::add, 1).isDisposed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, (1 << 20) + 1})
  void aBufferOutOfRangeIsRefused(int bufferCount) {
    assertThatThrownBy(() -> sluice.watch(told::add, bufferCount))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("events.bufferCount must lie in 1 to 1048576, was " + bufferCount);
  }
}
