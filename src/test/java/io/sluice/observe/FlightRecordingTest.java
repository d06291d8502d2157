package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.DType;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// What the JVM's flight recorder gets to see.
class FlightRecordingTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  @Test
  void admissionDispatchCompletionAndStallAreRecorded(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("run.jfr");
    try (Recording recording = new Recording();
        Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 1).build();
        FlightRecording written = FlightRecording.of(sluice)) {
      recording.start();
      Tensor bytes = Tensor.of(DType.UINT8, 1_000);
      Tensor all = Tensor.of(DType.UINT8, 8 * 1_024);
      Task stalls = Task.call("stalls", context -> {}).out(all);
      run(sluice, Task.call("good", context -> {}).out(bytes), failing(), stalls);
      recording.stop();
      recording.dump(file);
      written.dispose();
      assertThat(written.isDisposed()).isTrue();
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertThat(named(events, "sluice.Admission"))
        .extracting(event -> event.getString("name"))
        .containsExactlyInAnyOrder("good", "bad");
    assertThat(named(events, "sluice.Admission"))
        .extracting(event -> event.getLong("bytes"))
        .containsExactlyInAnyOrder(1_024L, 0L);
    assertThat(named(events, "sluice.Dispatch"))
        .extracting(event -> event.getString("pool"))
        .containsExactly("cpu", "cpu");
    assertThat(named(events, "sluice.Completion"))
        .extracting(event -> event.getString("state"))
        .containsExactlyInAnyOrder("COMPLETED", "FAILED");
    assertThat(named(events, "sluice.Stall"))
        .extracting(event -> event.getString("reason"), event -> event.getString("run"))
        .containsExactly(tuple("HEAP_FULL", "run 1"));
  }

  private static Task failing() {
    return Task.call(
        "bad",
        context -> {
          throw new IllegalStateException("no");
        });
  }

  private static void run(Sluice sluice, Task... tasks) {
    StepVerifier.create(sluice.submitDelayError(Flux.just(tasks)).onErrorComplete())
        .thenConsumeWhile(result -> true)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
  }

  private static List<RecordedEvent> named(List<RecordedEvent> events, String name) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }
}
