package io.sluice.observe;

import static io.sluice.observe.Told.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.Dependency.Kind;
import io.sluice.task.TaskEvent;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What meters make of events with known times.
class EventMetersTest {
  private final Told told = new Told();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final EventMeters meters = new EventMeters(registry, Tags.empty());

  private double queueWaitNs() {
    told.events.forEach(meters::take);
    return registry.get("sluice.task.queue.wait").timer().totalTime(TimeUnit.NANOSECONDS);
  }

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  @Test
  void aTaskWaitsForAWorkerFromItsAdmission() {
    told.admitted(0, 0, 100, 0).started(0, 0, 0, 130);
    assertThat(queueWaitNs()).isEqualTo(30);
  }

  @Test
  void orFromTheEndOfWhatItStoodBehind() {
    told.admitted(0, 0, 0, 0)
        .admitted(1, 0, 0, 0, on(0, Kind.DATA), on(7, Kind.DATA))
        .completed(0, 500)
        .started(1, 0, 0, 520);
    assertThat(queueWaitNs()).isEqualTo(20);
  }

  @Test
  void orFromTheCloseOfTheResultThatItOverwrites() {
    told.admitted(0, 0, 0, 0)
        .admitted(1, 0, 0, 0, on(0, Kind.DATA), on(0, Kind.RESULT))
        .completed(0, 500)
        .resultClosed(0, 900)
        .started(1, 0, 0, 907);
    assertThat(queueWaitNs()).isEqualTo(7);
  }

  @Test
  void whatHadEndedBeforeItsAdmissionDelaysNobody() {
    told.admitted(0, 0, 0, 0)
        .completed(0, 10)
        .admitted(1, 0, 20, 0, on(0, Kind.DATA))
        .resultClosed(0, 90)
        .started(1, 0, 0, 100);
    assertThat(queueWaitNs()).isEqualTo(80);
  }

  @Test
  void ofAGroupOnlyTheFirstMemberCounts() {
    told.admitted(0, 0, 0, 0).started(0, 0, 0, 5).started(0, 1, 1, 5);
    assertThat(queueWaitNs()).isEqualTo(5);
    assertThat(registry.get("sluice.task.queue.wait").timer().count()).isEqualTo(1);
  }

  @Test
  void stallsAreCountedByReason() {
    Diagnosis full = new Diagnosis(Reason.HEAP_FULL, 1, 0, 0, "", "", "");
    Diagnosis slow = new Diagnosis(Reason.SUBSCRIBER_SLOW, 0, 0, 0, "", "", "");
    meters.take(new TaskEvent.Stalled(null, full));
    meters.take(new TaskEvent.Stalled(null, full));
    meters.take(new TaskEvent.Stalled(null, slow));
    assertThat(count("sluice.stalls", "reason", "HEAP_FULL")).isEqualTo(2);
    assertThat(count("sluice.stalls", "reason", "SUBSCRIBER_SLOW")).isEqualTo(1);
  }

  @Test
  void lostEventsCountAsThoseOfAnUnknownKernel() {
    told.admitted(0, 0, 0, 0)
        .add(new TaskEvent.Lost(41, 7, 6, 5, 4, 3, 2))
        .completed(0, 10)
        .completed(1, 11)
        .returned(2, 1, 0, 5, 9)
        .failed(2, new IllegalStateException("no"), 12);
    told.events.forEach(meters::take);
    assertThat(count("sluice.events.lost")).isEqualTo(41);
    assertThat(count("sluice.tasks", "state", "admitted", "kernel", "k")).isEqualTo(1);
    assertThat(count("sluice.tasks", "state", "completed", "kernel", "k")).isEqualTo(1);
    assertThat(count("sluice.tasks", "state", "admitted", "kernel", "other")).isEqualTo(7);
    assertThat(count("sluice.tasks", "state", "completed", "kernel", "other")).isEqualTo(6 + 1);
    assertThat(count("sluice.tasks", "state", "failed", "kernel", "other")).isEqualTo(5 + 1);
    assertThat(count("sluice.tasks", "state", "cancelled", "kernel", "other")).isEqualTo(4);
    assertThat(count("sluice.tasks", "state", "refused", "kernel", "other")).isEqualTo(3);
    assertThat(count("sluice.tasks", "state", "retried", "kernel", "other")).isEqualTo(2);
    assertThat(registry.get("sluice.task.run").tag("kernel", "other").timer().count()).isEqualTo(1);
  }

  @Test
  void whatNeverHappenedIsZeroFromTheBeginning() {
    assertThat(count("sluice.stalls", "reason", "HEAP_FULL")).isZero();
    assertThat(registry.find("sluice.stalls").tag("reason", "MOVING").counter()).isNull();
  }
}
