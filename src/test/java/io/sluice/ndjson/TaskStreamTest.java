package io.sluice.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Await;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.TaskTooLargeException;
import io.sluice.task.DType;
import io.sluice.task.Kernel;
import io.sluice.task.Task;
import io.sluice.task.Tensor;
import io.sluice.task.TensorWriter;
import io.sluice.test.ManualPublisher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Tasks that come as lines.
class TaskStreamTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final CountDownLatch gate = new CountDownLatch(1);
  private final Map<String, Kernel> kernels =
      Map.of(
          "double",
          context -> {
            for (int i = 0; i < context.tensor(0).elementCount(); i++) {
              context.tensor(1).setLong(i, 2 * context.tensor(0).getLong(i));
            }
          },
          "bump",
          context ->
              context.tensor(0).setLong(0, context.tensor(0).getLong(0) + context.scalarLong(0)),
          "look",
          context -> {},
          "wait",
          context -> {
            if (!gate.await(BOUND.toSeconds(), TimeUnit.SECONDS)) {
              throw new IllegalStateException("nobody opened the gate");
            }
          },
          "fail",
          context -> {
            throw new IllegalStateException("no");
          });
  private final Sluice sluice =
      Sluice.builder()
          .heap(DataSize.kibibytes(16))
          .threads("cpu", 2)
          .loaders(1)
          .allocationTimeout(Duration.ofSeconds(60))
          .build();

  @AfterEach
  void theHeapIsBackToZero() {
    gate.countDown();
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(sluice.figures().heapUsedBytes()).isZero();
    sluice.close();
  }

  @Test
  void numbersGoInAndComeOut() {
    assertThat(
            run(
                """
                {"fill": "a", "dtype": "INT32", "shape": [3], "values": [1, -2, 3]}
                {"kernel": "double", "name": "twice", "args": [{"in": "a"}, {"out": "b", "dtype": "INT32", "shape": [3]}], "yields": ["b"]}
                """))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("{\"completed\":\"a\",\"line\":1,"),
            line ->
                assertThat(line)
                    .startsWith("{\"completed\":\"twice\",\"line\":2,\"task\":\"0:1\",")
                    .endsWith(
                        "\"tensors\":[{\"name\":\"b\",\"dtype\":\"INT32\",\"shape\":[3],\"values\":[2,-4,6]}]}"));
  }

  /// An outcome that waits for its reader holds its task.
  @Test
  void whatALineHadIsLetGoOfWhenItIsWritten() {
    for (String data : List.of("{\"base64\": \"AQI=\"}", "{\"values\": [1, 2]}")) {
      Tensor tensor = Tensor.of(DType.UINT8, 2);
      JsonLine line = JsonLine.of(new Line(1, data.getBytes(StandardCharsets.UTF_8)));
      TensorWriter writer = TensorData.writer(line, tensor);
      assertThat(sluice.submit(Mono.just(Task.fill(tensor, writer))).count().block(BOUND))
          .isEqualTo(1);
      StepVerifier.create(sluice.submit(Mono.just(Task.fill(Tensor.of(DType.UINT8, 2), writer))))
          .expectErrorSatisfies(
              error -> assertThat(error).hasStackTraceContaining("a line's bytes are written once"))
          .verify(BOUND);
    }
  }

  @Test
  void aLineThatDoesNotFitIntoMemoryEndsTheRun() {
    TaskStream stream =
        new TaskStream(
            name -> {
              throw new OutOfMemoryError("Java heap space");
            },
            name -> null,
            4);
    Flux<byte[]> line = Flux.just("{\"kernel\": \"look\"}\n".getBytes(StandardCharsets.UTF_8));
    StepVerifier.create(stream.run(sluice, Lines.of(line, 1_000)))
        .expectErrorMessage(
            "line 1: what a line holds must fit into the JVM's memory, was"
                + " java.lang.OutOfMemoryError: Java heap space")
        .verify(BOUND);
  }

  @Test
  void freshBytesAreZeroWhateverWasThereBefore() {
    run(
        """
        {"fill": "secret", "dtype": "UINT8", "shape": [4], "base64": "AQIDBA=="}
        """);
    assertThat(
            run(
                """
                {"kernel": "look", "args": [{"out": "t", "dtype": "UINT8", "shape": [4]}], "yields": ["t"]}
                """))
        .singleElement()
        .asString()
        .contains("[0,0,0,0]");
  }

  @Test
  void aSliceOfAnAllocatedTensorIsWrittenInPlace() {
    assertThat(
            run(
                """
                {"alloc": "t", "dtype": "INT64", "shape": [2, 2]}
                {"kernel": "bump", "args": [{"inout": "t", "slice": [[1, 2]]}], "scalars": [7]}
                {"kernel": "look", "args": [{"in": "t", "slice": [[0, 2], [0, 1]]}], "yields": ["t"]}
                """))
        .last()
        .asString()
        .contains("\"shape\":[2,1],\"values\":[0,7]");
  }

  @Test
  void moreScopesThanTheHeapHoldsGoThroughIt() {
    Flux<Line> lines =
        Lines.of(
            Flux.range(0, 500)
                .map(
                    i ->
                        bytes(
                            """
                            {"scope": "begin"}
                            {"fill": "t", "dtype": "UINT8", "shape": [6000], "base64": "%s"}
                            {"kernel": "double", "args": [{"in": "t"}, {"out": "u", "dtype": "UINT8", "shape": [6000]}]}
                            {"scope": "end"}
                            """
                                .formatted("AAAA".repeat(2_000)))),
            100_000);
    StepVerifier.create(
            stream(16).run(sluice, lines).doOnNext(Outcome::close).map(Outcome::getClass).count())
        .expectNext(1_000L)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aFailureIsToldAndTheRunGoesOnButForItsReaders() {
    assertThat(
            run(
                """
                {"kernel": "fail", "args": [{"out": "t", "dtype": "UINT8", "shape": [4]}]}
                {"kernel": "look", "name": "reader", "args": [{"in": "t"}]}
                {"kernel": "look", "name": "other"}
                """))
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).startsWith("{\"failed\":\"fail\",\"line\":1,"))
        .anySatisfy(line -> assertThat(line).startsWith("{\"failed\":\"reader\",\"line\":2,"))
        .anySatisfy(line -> assertThat(line).startsWith("{\"completed\":\"other\",\"line\":3,"))
        .noneSatisfy(line -> assertThat(line).contains("at io.sluice"));
  }

  @Test
  void aTaskThatIsTooLargeFailsAndTheRunGoesOn() {
    StepVerifier.create(
            outcomes(
                """
                {"kernel": "look", "args": [{"out": "t", "dtype": "UINT8", "shape": [20000]}]}
                {"kernel": "look", "name": "other"}
                """,
                16))
        .expectNextMatches(
            outcome ->
                outcome instanceof Outcome.Failed failed
                    && failed.error() instanceof TaskTooLargeException)
        .expectNextMatches(outcome -> outcome.name().equals("other"))
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aFullHeapHoldsBackTheLinesAndATaskThatHasItsBytesAsksForTheNext() {
    ManualPublisher<Line> lines = ManualPublisher.create();
    StepVerifier.create(stream(100).run(sluice, lines).map(Outcome::lineNumber))
        .then(() -> lines.awaitRequested(1))
        .then(() -> lines.next(waiting(1)))
        .then(() -> lines.awaitRequested(2))
        .then(() -> lines.next(waiting(2)))
        .then(() -> Await.until("the claim", () -> waitingCount() == 1))
        .then(() -> assertThat(lines.requested()).as("line 3 stays outside").isEqualTo(2))
        .then(gate::countDown)
        .expectNextCount(2)
        .then(() -> lines.awaitRequested(3))
        .then(lines::complete)
        .expectComplete()
        .verify(BOUND);
  }

  /// In a scope of its own each would go through; here the first one's bytes are read to the end.
  private static Line waiting(int number) {
    return new Line(
        number,
        bytes(
            """
            {"kernel": "wait", "args": [{"out": "t%d", "dtype": "UINT8", "shape": [9000]}], "last": ["t%d"]}\
            """
                .formatted(number, number)));
  }

  private long waitingCount() {
    var demand = sluice.demand().block(BOUND);
    return demand == null ? -1 : demand.waitingCount();
  }

  @Test
  void aSubscriberThatDoesNotAskStopsTheLines() {
    ManualPublisher<Line> lines = ManualPublisher.create();
    StepVerifier.create(stream(3).run(sluice, lines), 0)
        .then(
            () -> {
              for (int i = 1; i <= 3; i++) {
                lines.awaitRequested(i);
                lines.next(new Line(i, bytes("{\"kernel\": \"look\"}")));
              }
            })
        .then(() -> Await.until("all to be idle", () -> sluice.figures().runningCount() == 0))
        .then(() -> assertThat(lines.requested()).isEqualTo(3))
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> lines.awaitRequested(4))
        .thenCancel()
        .verify(BOUND);
    lines.awaitCancelled();
  }

  @Test
  void aCancelWhileOutcomesWaitGivesTheirBytesBack() {
    StepVerifier.create(
            outcomes(
                """
                {"kernel": "look", "args": [{"out": "t", "dtype": "UINT8", "shape": [4]}], "yields": ["t"]}
                """
                    .repeat(10),
                100),
            0)
        .then(() -> Await.until("results", () -> sluice.figures().admittedCount() == 10))
        .thenCancel()
        .verify(BOUND);
  }

  @Test
  void aScopeThatIsOpenAtTheEndEndsThere() {
    assertThat(
            run(
                """
                {"scope": "begin"}
                {"kernel": "look"}
                {"scope": "begin"}
                """))
        .hasSize(1);
    StepVerifier.create(
            stream(4).run(sluice, Flux.just(new Line(1, bytes("{\"scope\": \"begin\"}")))))
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aNameEndsWithItsScope() {
    StepVerifier.create(
            outcomes(
                """
                {"scope": "begin"}
                {"fill": "t", "dtype": "UINT8", "shape": [1], "values": [1]}
                {"scope": "end"}
                {"kernel": "look", "args": [{"in": "t"}]}
                """,
                16))
        .expectNextCount(1)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .hasMessage(
                        "line 4: a name must have dtype and shape where it first comes, was t"))
        .verify(BOUND);
  }

  @Test
  void aBrokenLineIsTheErrorBehindTheOutcomesBeforeIt() {
    StepVerifier.create(outcomes("{\"kernel\": \"look\"}\nnonsense\n{\"kernel\": \"look\"}", 16))
        .expectNextCount(1)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(NdjsonException.class)
                    .hasMessageStartingWith("line 2: a line must be one JSON object"))
        .verify(BOUND);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                       | a line must be a JSON object
          {"kernel": "look"} {}                    | a line must be one JSON object
          {"kernel": "look", "kernel": "look"}     | a line must be one JSON object
          {}                                       | a line must have one of kernel, fill, alloc, scope
          {"kernel": "rm -rf"}                     | kernel must be a name of the library, was rm -rf
          {"kernel": "java.lang.Runtime"}          | kernel must be a name of the library
          {"kernel": 5}                            | kernel must be a string that is not blank, was 5
          {"kernel": "look", "nmae": "x"}          | the fields of this object must be among
          {"kernel": "look", "args": {}}           | args must be an array
          {"kernel": "look", "args": [1]}          | args[0] must be a JSON object
          {"kernel": "look", "args": [{}]}         | an argument must have one of in, out
          {"kernel": "look", "args": [{"in": "a", "out": "a"}]} | an argument must have one of in, out
          {"kernel": "look", "args": [{"in": "/none"}]} | a tensor must have been stored before
          {"kernel": "look", "args": [{"out": "a", "dtype": "float", "shape": [1]}]} | dtype must be one of
          {"kernel": "look", "args": [{"out": "a", "dtype": "UINT8", "shape": [0]}]} | a task must keep the rules
          {"kernel": "look", "args": [{"out": "a", "dtype": "UINT8", "shape": [9223372036854775807, 3]}]} | a task must keep the rules
          {"kernel": "look", "args": [{"out": "a", "dtype": "UINT8", "shape": [1.5]}]} | shape[0] must be a whole number
          {"kernel": "look", "args": [{"out": "a", "dtype": "UINT8", "shape": [4], "slice": [[0]]}]} | slice must be an array of pairs
          {"kernel": "look", "args": [{"out": "a", "dtype": "UINT8", "shape": [4], "slice": [[3, 9]]}]} | a task must keep the rules
          {"kernel": "look", "yields": ["a"]}      | yields must name tensors of args, was a
          {"kernel": "look", "scalars": ["1"]}     | scalars must be numbers
          {"kernel": "look", "scalars": [99999999999999999999]} | scalars must be numbers
          {"kernel": "look", "priority": 9}        | priority must be a whole number from -4 to 4, was 9
          {"kernel": "look", "timeoutMs": 0}       | timeoutMs must be a whole number from 1
          {"kernel": "look", "retries": -1}        | retries must be a whole number from 0 to 100
          {"kernel": "look", "idempotent": 1}      | idempotent must be true or false
          {"fill": "a", "dtype": "UINT8", "shape": [1]} | a fill must have either base64 or values
          {"fill": "a", "dtype": "UINT8", "shape": [1], "base64": "!"} | base64 must be Base64
          {"fill": "a", "dtype": "UINT8", "shape": [2], "base64": "AA=="} | base64 must hold the 2 bytes
          {"fill": "a", "dtype": "UINT8", "shape": [1], "values": [256]} | values[0] must fit into UINT8, was 256
          {"fill": "a", "dtype": "INT8", "shape": [1], "values": [-129]} | values[0] must fit into INT8
          {"fill": "a", "dtype": "BOOL", "shape": [1], "values": [2]} | values[0] must fit into BOOL
          {"fill": "a", "dtype": "FLOAT32", "shape": [1], "values": ["x"]} | values[0] must be a number
          {"fill": "a", "dtype": "UINT8", "shape": [2], "values": [1]} | values must hold the 2 elements
          {"scope": "over"}                        | scope must be begin or end, was over
          {"scope": "end"}                         | a scope must have begun before it ends
          {"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}} | a line must be one JSON object
          """)
  void whatIsWrongIsRefusedWithItsLineRuleAndValue(String line, String rule) {
    StepVerifier.create(outcomes("{\"kernel\": \"look\"}\n" + line, 16))
        .expectNextCount(1)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(NdjsonException.class)
                    .hasMessageStartingWith("line 2: ")
                    .hasMessageContaining(rule)
                    .hasMessageContaining(", was "))
        .verify(BOUND);
    assertThat(sluice.figures().admittedCount()).as("nothing of it came in").isEqualTo(1);
  }

  @Test
  void seededGarbageNeverReachesTheEngine() {
    var random = new java.util.SplittableRandom(6);
    String good =
        "{\"kernel\":\"look\",\"args\":[{\"out\":\"t\",\"dtype\":\"UINT8\",\"shape\":[4]}]}";
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = bytes(good);
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      StepVerifier.create(
              stream(4)
                  .run(sluice, Lines.of(Mono.just(bytes), 1_000))
                  .doOnNext(Outcome::close)
                  .onErrorComplete(NdjsonException.class))
          .thenConsumeWhile(outcome -> true)
          .expectComplete()
          .verify(BOUND);
    }
  }

  private List<String> run(String text) {
    OutcomeWriter writer = new OutcomeWriter(OutcomeWriter.Data.VALUES);
    return outcomes(text, 16)
        .concatMap(
            outcome -> writer.write(outcome).map(TaskStreamTest::text).reduce(String::concat))
        .map(String::strip)
        .collectList()
        .block(BOUND);
  }

  private Flux<Outcome> outcomes(String text, int maxOpenCount) {
    return stream(maxOpenCount).run(sluice, Lines.of(Mono.just(bytes(text)), 100_000));
  }

  private TaskStream stream(int maxOpenCount) {
    return new TaskStream(kernels::get, name -> null, maxOpenCount);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
