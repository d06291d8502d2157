package io.sluice.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.task.Kernel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/// Edges that data can't say, and members that run side by side, in the line format.
class OrderedLinesTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final CyclicBarrier sideBySide = new CyclicBarrier(2);
  private final Map<String, Kernel> kernels =
      Map.of(
          "append",
          context -> {
            long length = context.tensor(0).getLong(0);
            context.tensor(0).setLong(length + 1, context.scalarLong(0));
            context.tensor(0).setLong(0, length + 1);
          },
          "meet",
          context -> {
            awaitOthers();
            context.tensor(0).setLong(0, 10L * context.memberIndex() + context.scalarLong(0));
          },
          "look",
          context -> {},
          "fail",
          context -> {
            throw new IllegalStateException("no");
          });
  private final Sluice sluice =
      Sluice.builder()
          .heap(DataSize.kibibytes(64))
          .threads("cpu", 2)
          .loaders(1)
          .allocationTimeout(Duration.ofSeconds(60))
          .build();

  private void awaitOthers() throws InterruptedException {
    try {
      var _ = sideBySide.await(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("the members don't run side by side", e);
    }
  }

  @AfterEach
  void theHeapIsBackToZero() {
    StepVerifier.create(sluice.drain()).expectNextCount(1).expectComplete().verify(BOUND);
    assertThat(sluice.figures().heapUsedBytes()).isZero();
    sluice.close();
  }

  @Test
  void aTaskComesBehindThoseThatItNames() {
    StringBuilder lines =
        new StringBuilder("{\"alloc\": \"log\", \"dtype\": \"INT64\", \"shape\": [21]}\n");
    for (int i = 1; i <= 20; i++) {
      lines.append(
          "{\"kernel\": \"append\", \"id\": \"%d\", \"after\": [%s], \"args\": [{\"outExisting\": \"log\"}], \"scalars\": [%d]}\n"
              .formatted(i, i == 1 ? "" : "\"" + (i - 1) + "\"", i));
    }
    lines.append(
        "{\"kernel\": \"look\", \"name\": \"end\", \"after\": [\"20\"], \"args\": [{\"in\":"
            + " \"log\"}], \"yields\": [\"log\"]}\n");
    assertThat(run(lines.toString()))
        .last()
        .asString()
        .contains("[20,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]");
  }

  /// The zeros are written by the loader, which is kept from it until the last but one has begun.
  @Test
  void whatWaitsForNobodyWaitsForItsZeros() {
    assertThat(
            run(
                """
                {"kernel": "meet", "args": [{"out": "a", "dtype": "INT64", "shape": [1]}], "scalars": [0], "pool": "LOADER"}
                {"alloc": "log", "dtype": "INT64", "shape": [3]}
                {"kernel": "append", "args": [{"outExisting": "log"}], "scalars": [7]}
                {"kernel": "meet", "args": [{"out": "b", "dtype": "INT64", "shape": [1]}], "scalars": [0]}
                {"kernel": "look", "args": [{"in": "log"}], "yields": ["log"]}
                """))
        .last()
        .asString()
        .contains("[1,7,0]");
  }

  @Test
  void aTaskBehindOneThatFailedFails() {
    assertThat(
            run(
                """
                {"kernel": "fail", "id": "first"}
                {"kernel": "look", "name": "second", "after": ["first"]}
                {"fill": "t", "dtype": "UINT8", "shape": [1], "values": [1], "after": ["first"]}
                {"kernel": "look", "name": "free"}
                """))
        .satisfies(
            lines ->
                assertThat(lines.stream().filter(line -> line.contains("\"failed\""))).hasSize(3))
        .anySatisfy(line -> assertThat(line).contains("\"failed\":\"second\""))
        .anySatisfy(line -> assertThat(line).contains("\"completed\":\"free\""));
  }

  @Test
  void anIdEndsWithItsScope() {
    assertThat(
            run(
                """
                {"kernel": "look", "id": "outer"}
                {"scope": "begin"}
                {"kernel": "look", "id": "inner", "after": ["outer"]}
                {"scope": "end"}
                {"kernel": "look", "id": "inner", "after": ["outer"]}
                """))
        .hasSize(3);
    assertThat(
            refusal(
                """
                {"scope": "begin"}
                {"kernel": "look", "id": "inner"}
                {"scope": "end"}
                {"kernel": "look", "after": ["inner"]}
                """))
        .contains("line 4: after must name ids of tasks before, in scopes that are open");
  }

  @Test
  void theMembersOfAGroupRunSideBySideWithArgumentsOfTheirOwn() {
    assertThat(
            run(
                """
                {"alloc": "t", "dtype": "INT64", "shape": [2]}
                {"kernel": "meet", "group": [{"args": [{"out": "t", "slice": [[0, 1]]}], "scalars": [1]}, {"args": [{"out": "t", "slice": [[1, 2]]}], "scalars": [2]}], "pool": "cpu", "workers": [1, 0]}
                {"kernel": "look", "args": [{"in": "t"}], "yields": ["t"]}
                """))
        .last()
        .asString()
        .contains("[1,12]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "id": "a", "after": ["a"]              | after must name ids of tasks before
          "after": "a"                           | after must be an array
          "id": "known"                          | id must not be that of another task
          "id": ""                               | id must be a string that is not blank
          "group": []                            | a group must have at least 1 member
          "group": [{}], "scalars": [1]          | a line must have either group or args
          "group": [{"name": "x"}]               | the fields of this object must be among [args, scalars]
          "group": [1]                           | group[0] must be a JSON object
          "group": [{"args": [1]}]               | group[0].args[0] must be a JSON object
          "workers": [0]                         | workers must come with the pool
          "pool": "cpu", "workers": [-1]         | workers must be numbers of workers
          "pool": "cpu", "workers": [0, 1]       | needs one exact worker for each
          "group": [{"args": [{"out": "u", "dtype": "UINT8", "shape": [2]}]}, {"args": [{"in": "u", "slice": [[0, 1]]}]}], "yields": ["u"] | yields must name tensors that args have in one slice only
          """)
  void whatBreaksARuleIsRefused(String fields, String rule) {
    assertThat(
            refusal(
                "{\"kernel\": \"look\", \"id\": \"known\"}\n{\"kernel\": \"look\", %s}\n"
                    .formatted(fields)))
        .startsWith("line 2: ")
        .contains(rule);
  }

  private String refusal(String lines) {
    return Objects.requireNonNull(
        outcomes(lines)
            .then()
            .materialize()
            .map(end -> String.valueOf(Objects.requireNonNull(end.getThrowable()).getMessage()))
            .block(BOUND));
  }

  private List<String> run(String lines) {
    return Objects.requireNonNull(outcomes(lines).collectList().block(BOUND));
  }

  private Flux<String> outcomes(String lines) {
    TaskStream tasks = new TaskStream(kernels::get, name -> null, 64);
    OutcomeWriter writer = new OutcomeWriter(OutcomeWriter.Data.VALUES);
    return tasks
        .run(sluice, Lines.of(Mono.just(lines.getBytes(StandardCharsets.UTF_8)), 1 << 16))
        .concatMap(
            outcome -> writer.write(outcome).map(OrderedLinesTest::text).reduce(String::concat));
  }

  private static String text(byte[] piece) {
    return new String(piece, StandardCharsets.UTF_8);
  }
}
