package io.sluice.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.ConfigurationException;
import io.sluice.task.Arguments;
import io.sluice.task.DType;
import io.sluice.task.Range;
import io.sluice.task.Task;
import io.sluice.task.TaskRetry;
import io.sluice.task.TaskState;
import io.sluice.task.Tensor;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// What a trace says of a run, and what its file does.
class TraceTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int SLAB = 1_024;

  private final Sluice sluice =
      Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 2).build();
  private final TraceRecorder recorder = TraceRecorder.of(sluice);

  @AfterEach
  void dispose() {
    recorder.close();
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  private static Tensor slab() {
    return Tensor.of(DType.UINT8, SLAB);
  }

  private Trace traceOf(Flux<Flux<Task>> scopes) {
    StepVerifier.create(sluice.submitScoped(scopes, result -> result))
        .thenConsumeWhile(result -> true)
        .expectComplete()
        .verify(BOUND);
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    return recorder.trace();
  }

  /// A diamond: one writes, two change copies of it, one reads both.
  private static Flux<Task> diamond(int number) {
    Tensor source = slab();
    Tensor left = slab();
    Tensor right = slab();
    return Flux.just(
        Task.call("source", context -> {}).out(source),
        Task.call("left", context -> {}).in(source).out(left),
        Task.call("right", context -> {}).in(source).out(right),
        Task.call("sink", context -> {}).in(left, right));
  }

  private static JsonNode json(Trace trace) throws IOException {
    StringWriter text = new StringWriter();
    trace.writeChromeJson(text);
    return new ObjectMapper().readTree(text.toString());
  }

  private static List<JsonNode> events(JsonNode json, String phase) {
    List<JsonNode> found = new ArrayList<>();
    json.get("traceEvents")
        .forEach(
            event -> {
              if (event.get("ph").asText().equals(phase)) {
                found.add(event);
              }
            });
    return found;
  }

  @Test
  void eachTaskIsOneSliceAndEachDependencyOneArrow() throws IOException {
    Trace trace = traceOf(Flux.range(0, 50).map(TraceTest::diamond));
    assertThat(trace.isWhole()).isTrue();
    assertThat(trace.tasks()).hasSize(200);
    JsonNode json = json(trace);
    List<JsonNode> slices = events(json, "X");
    assertThat(slices).extracting(slice -> slice.at("/args/task").asText()).hasSize(200);
    assertThat(new HashSet<>(slices.stream().map(s -> s.at("/args/task").asText()).toList()))
        .hasSize(200);
    assertThat(events(json, "s")).hasSize(50 * 4);
    assertThat(events(json, "f")).hasSize(50 * 4);
    assertArrowsJoin(json);
  }

  /// Each arrow begins in a slice of the earlier task and ends in one of the later.
  private static void assertArrowsJoin(JsonNode json) {
    Map<Long, String> expected = new HashMap<>();
    for (JsonNode start : events(json, "s")) {
      expected.put(start.get("id").asLong(), taskAt(json, start));
    }
    Set<String> told = new HashSet<>();
    for (JsonNode slice : events(json, "X")) {
      slice
          .at("/args/dependencies")
          .forEach(
              d -> told.add(d.asText().split(" ", -1)[0] + ">" + slice.at("/args/task").asText()));
    }
    Set<String> drawn = new HashSet<>();
    for (JsonNode end : events(json, "f")) {
      drawn.add(expected.get(end.get("id").asLong()) + ">" + taskAt(json, end));
    }
    assertThat(drawn).isEqualTo(told);
  }

  private static String taskAt(JsonNode json, JsonNode arrow) {
    double at = arrow.get("ts").asDouble();
    return events(json, "X").stream()
        .filter(slice -> slice.get("tid").equals(arrow.get("tid")))
        .filter(
            slice ->
                slice.get("ts").asDouble() <= at
                    && at <= slice.get("ts").asDouble() + slice.get("dur").asDouble())
        .map(slice -> slice.at("/args/task").asText())
        .findFirst()
        .orElse("none");
  }

  @Test
  void theSlicesOfAWorkerNeverOverlapAndLieBehindTheirAdmission() throws IOException {
    JsonNode json = json(traceOf(Flux.range(0, 50).map(TraceTest::diamond)));
    Map<Integer, Double> ends = new HashMap<>();
    events(json, "X").stream()
        .sorted((a, b) -> Double.compare(a.get("ts").asDouble(), b.get("ts").asDouble()))
        .forEach(
            slice -> {
              double start = slice.get("ts").asDouble();
              assertThat(start)
                  .isGreaterThanOrEqualTo(ends.getOrDefault(slice.get("tid").asInt(), 0.0))
                  .isGreaterThanOrEqualTo(slice.at("/args/admittedNs").asLong() / 1e3);
              ends.put(slice.get("tid").asInt(), start + slice.get("dur").asDouble());
            });
    assertThat(ends.values()).allMatch(end -> end * 1e3 <= json.at("/otherData/spanNs").asLong());
  }

  @Test
  void aReaderBeginsBehindTheEndOfItsWriter() {
    Trace trace = traceOf(Flux.range(0, 50).map(TraceTest::diamond));
    Map<Object, TracedTask> byId = new HashMap<>();
    trace.tasks().forEach(task -> byId.put(task.id(), task));
    for (TracedTask task : trace.tasks()) {
      task.dependencies()
          .forEach(
              on ->
                  assertThat(task.slices().getFirst().startedNs())
                      .isGreaterThanOrEqualTo(byId.get(on.on()).slices().getLast().endedNs()));
    }
  }

  @Test
  void countersFollowHeapAndDemand() throws IOException {
    Trace trace = traceOf(Flux.range(0, 20).map(TraceTest::diamond));
    assertThat(trace.heapBytes())
        .allMatch(sample -> sample.value() >= 0 && sample.value() <= 8 * SLAB);
    assertThat(trace.heapBytes()).last().extracting(Sample::value).isEqualTo(0L);
    assertThat(trace.demand()).hasSize(80);
    Predicate<JsonNode> heap = event -> event.get("name").asText().equals("heap");
    assertThat(events(json(trace), "C")).filteredOn(heap).hasSize(2 * 60);
  }

  @Test
  void aFailedAttemptAndAGroupsMembersAreSlicesOfTheirOwn() {
    AtomicInteger calls = new AtomicInteger();
    Task retried =
        Task.call(
                "flaky",
                context -> {
                  if (calls.getAndIncrement() == 0) {
                    throw new IllegalStateException("once");
                  }
                })
            .retry(TaskRetry.max(1));
    Task group = Task.group("pair", context -> {}, Arguments.none(), Arguments.none());
    Trace trace = traceOf(Flux.just(Flux.just(retried, group)));
    assertThat(trace.tasks().getFirst().slices())
        .extracting(Slice::attempt, Slice::failed)
        .containsExactly(tuple(1, true), tuple(2, false));
    assertThat(trace.tasks().getLast().slices())
        .extracting(Slice::member)
        .containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void aTaskThatNeverRanHasNoSliceAndAPlaceInTheFile() throws IOException {
    Tensor bytes = slab();
    StepVerifier.create(
            sluice.submitDelayError(
                Flux.just(
                    Task.call(
                            "bad",
                            context -> {
                              throw new IllegalStateException("no");
                            })
                        .out(bytes),
                    Task.call("reader", context -> {}).in(bytes))))
        .expectError()
        .verify(BOUND);
    Trace trace = traceOf(Flux.empty());
    assertThat(trace.tasks())
        .extracting(TracedTask::state)
        .containsExactly(TaskState.FAILED, TaskState.FAILED);
    assertThat(trace.tasks().getLast().slices()).isEmpty();
    assertThat(events(json(trace), "X")).hasSize(2);
    assertThat(events(json(trace), "f")).hasSize(1);
    assertArrowsJoin(json(trace));
  }

  @Test
  void anAwkwardNameIsStillJson() throws IOException {
    String name = "a \"quoted\\\" name\n\t\u0001 \ud83d\ude00";
    JsonNode json = json(traceOf(Flux.just(Flux.just(Task.call(name, context -> {})))));
    assertThat(events(json, "X").getFirst().get("name").asText()).isEqualTo(name);
  }

  @Test
  void theGraphHasANodeForEachTaskAndAnArrowForEachDependency() throws IOException {
    Trace trace = traceOf(Flux.just(diamond(0)));
    StringWriter dot = new StringWriter();
    trace.writeDot(dot);
    assertThat(dot.toString().lines().filter(line -> line.contains("[label="))).hasSize(4);
    assertThat(dot.toString().lines().filter(line -> line.contains("->"))).hasSize(4);
    assertThat(dot.toString().lines().filter(line -> line.contains("color=red")))
        .as("three tasks and the two arrows between them")
        .hasSize(5);
  }

  @Test
  void aRecorderKeepsTheNewestAndSaysSo() {
    try (TraceRecorder small = TraceRecorder.of(sluice, 100)) {
      traceOf(Flux.range(0, 50).map(TraceTest::diamond));
      Trace trace = small.trace();
      assertThat(trace.forgottenCount()).isPositive();
      assertThat(trace.tasks()).hasSizeBetween(5, 40);
      assertThat(trace.summary()).contains("not in it: 0 events that came too fast");
    }
  }

  /// A run may admit more tasks ahead of its workers than a recorder keeps events of.
  @Test
  void aRecorderOfFewEventsKnowsTheNewestKernelsOfManyLiveTasks() {
    try (TraceRecorder small = TraceRecorder.of(sluice, 1_000)) {
      traceOf(Flux.just(Flux.range(0, 5_000).map(i -> Task.call("t", context -> {}))));
      assertThat(small.trace().tasks())
          .hasSizeGreaterThan(100)
          .allMatch(task -> task.state() == TaskState.COMPLETED);
    }
  }

  /// Each reads all tiles, which their writers hold back.
  @Test
  void aRecorderKeepsNoMoreDependenciesThanFitIntoItsPlaces() {
    CountDownLatch written = new CountDownLatch(1);
    Tensor whole = Tensor.of(DType.UINT8, 200, 16);
    List<Task> tasks = new ArrayList<>(List.of(Task.alloc(whole)));
    for (int i = 0; i < 200; i++) {
      tasks.add(Task.call("tile", context -> written.await()).out(whole.slice(Range.of(i, i + 1))));
    }
    for (int i = 0; i < 300; i++) {
      tasks.add(Task.call("read", context -> {}).in(whole));
    }
    try (TraceRecorder small = TraceRecorder.of(sluice, 1_000)) {
      Flux<Task> source = Flux.fromIterable(tasks).doOnComplete(written::countDown);
      StepVerifier.create(sluice.submit(source).then(sluice.drain()))
          .expectNextCount(1)
          .expectComplete()
          .verify(BOUND);
      assertThat(small.trace().tasks().stream().mapToLong(t -> t.dependencies().size()).sum())
          .isLessThanOrEqualTo(2_000);
      assertThat(small.trace().forgottenCount()).isPositive();
    }
  }

  @Test
  void aSummarySaysWhereTheTimeWent() {
    assertThat(traceOf(Flux.just(diamond(0))).summary())
        .contains("4 tasks in ", "critical path: 3 tasks, ", "waited for: bytes ", "  source ");
    assertThat(TraceBuilder.build(List.of(), 0, 0, Set.of()).summary()).contains("0 tasks in 0 ns");
  }

  @Test
  void loadersAreNoWorkersInASummary() {
    Tensor bytes = slab();
    Task load = Task.fill(bytes, view -> {});
    Task read = Task.call("read", context -> {}).in(bytes);
    assertThat(traceOf(Flux.just(Flux.just(load, read))).summary())
        .contains(" on 1 workers, ", "; loaders ran ");
  }

  @Test
  void aDisposedRecorderRecordsNoMore() {
    recorder.dispose();
    assertThat(recorder.isDisposed()).isTrue();
    assertThat(traceOf(Flux.just(diamond(0))).tasks()).isEmpty();
  }

  @Test
  void aCapacityOutOfRangeIsRefused() {
    assertThatThrownBy(() -> TraceRecorder.of(sluice, 0))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("events.recordedCount must lie in 1 to 67108864, was 0");
  }
}
