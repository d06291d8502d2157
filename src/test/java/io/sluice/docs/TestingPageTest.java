package io.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.Sluice;
import io.sluice.SluiceBuilder;
import io.sluice.config.DataSize;
import io.sluice.error.AdmissionStalledException;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.test.DemandProbe;
import io.sluice.test.ManualPublisher;
import io.sluice.test.ScheduleFailure;
import io.sluice.test.ScheduleReport;
import io.sluice.test.Schedules;
import io.sluice.test.TestSluice;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Runs the code that docs/testing.md shows, and holds the two together.
class TestingPageTest {
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  // The pipeline under test.

  static Flux<Integer> sums(Sluice sluice, Flux<byte[]> blocks) {
    return sluice.submitScoped(blocks.map(TestingPageTest::tasksOf), TestingPageTest::sumOf);
  }

  static Flux<Task> tasksOf(byte[] block) {
    Tensor bytes = Tensor.of(DType.UINT8, block.length);
    Tensor sum = Tensor.of(DType.INT32, 1);
    return Flux.just(
        Task.fill(bytes, view -> view.copyFrom(0, block, 0, block.length)),
        Task.call("sum", TestingPageTest::sum).in(bytes).out(sum).yields(sum));
  }

  static void sum(KernelContext context) {
    int sum = 0;
    for (long i = 0; i < context.tensor(0).elementCount(); i++) {
      sum += context.tensor(0).getInt(i);
    }
    context.tensor(1).setInt(0, sum);
  }

  static Integer sumOf(TaskResult result) {
    return result.task().yielded().stream().mapToInt(sum -> result.view(sum).getInt(0)).sum();
  }

  @Test
  void byHand() {
    SluiceBuilder settings = Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 2);
    try (TestSluice test = TestSluice.of(settings)) {
      Task a = Task.call("a", context -> {}).out(Tensor.of(DType.UINT8, 4 * 1024));
      Task b = Task.call("b", context -> {}).out(Tensor.of(DType.UINT8, 4 * 1024));
      Task c = Task.call("c", context -> {}).out(Tensor.of(DType.UINT8, 1024));
      ManualPublisher<Publisher<Task>> scopes = ManualPublisher.create();
      StepVerifier.create(test.sluice().submitScoped(scopes).map(TaskResult::task))
          .then(() -> scopes.next(Flux.just(a), Flux.just(b), Flux.just(c)))
          .then(() -> assertThat(test.heap().admitted()).as("c waits").containsExactly(a, b))
          .then(() -> test.workers().complete(a))
          .then(() -> assertThat(test.heap().admitted()).containsExactly(a, b, c))
          .expectNext(a)
          .thenCancel()
          .verify(Duration.ofSeconds(5));
    }
  }

  @Test
  void kernelsForReal() {
    try (TestSluice test = TestSluice.of(Sluice.builder().heap(DataSize.kibibytes(8)))) {
      StepVerifier.create(sums(test.sluice(), Flux.just(new byte[] {1, 2, 3})))
          .then(() -> test.workers().run("fill"))
          .expectNext(0)
          .then(() -> test.workers().run("sum"))
          .expectNext(6)
          .expectComplete()
          .verify(Duration.ofSeconds(5));
      test.assertNothingIsHeld();
    }
  }

  @Test
  void failures() {
    try (TestSluice test = TestSluice.of(Sluice.builder().heap(DataSize.kibibytes(8)))) {
      StepVerifier.create(sums(test.sluice(), Flux.just(new byte[] {1, 2, 3})))
          .then(() -> test.workers().fail("fill", new IllegalStateException("no such file")))
          .expectErrorSatisfies(error -> assertThat(error).hasRootCauseMessage("no such file"))
          .verify(Duration.ofSeconds(5));
    }
  }

  @Test
  void time() {
    SluiceBuilder settings = Sluice.builder().heap(DataSize.kibibytes(8));
    try (TestSluice test = TestSluice.of(settings.allocationTimeout(Duration.ofSeconds(10)))) {
      Task holds = Task.call("holds", context -> {}).out(Tensor.of(DType.UINT8, 8 * 1024));
      Task waits = Task.call("waits", context -> {}).out(Tensor.of(DType.UINT8, 1024));
      StepVerifier.create(test.sluice().submitScoped(Flux.just(Flux.just(holds), Flux.just(waits))))
          .then(() -> test.time().advanceBy(Duration.ofSeconds(10)))
          .expectError(AdmissionStalledException.class)
          .verify(Duration.ofSeconds(5));
    }
  }

  @Test
  void demand() {
    SluiceBuilder settings = Sluice.builder().heap(DataSize.kibibytes(2)).lookAhead(1);
    try (TestSluice test = TestSluice.of(settings)) {
      DemandProbe<Flux<Task>> photos =
          DemandProbe.on(Flux.range(0, 100).map(i -> tasksOf(new byte[] {1})));
      var run = test.sluice().submitScoped(photos.flux(), TestingPageTest::sumOf).subscribe();
      assertThat(photos.requested()).as("as many as fit, and one to come").isEqualTo(2);
      test.workers().run("fill");
      test.workers().run("sum");
      assertThat(photos.requested()).isEqualTo(3);
      run.dispose();
    }
  }

  @Test
  void underManySchedules() {
    ScheduleReport report =
        Schedules.of(Sluice.builder().heap(DataSize.kibibytes(8)).threads("cpu", 3))
            .count(1_000)
            .kernelsFail()
            .subscriberCancels()
            .everyByteWritten()
            .check(
                sluice -> sums(sluice, Flux.range(1, 5).map(byte[]::new)),
                sums -> assertThat(sums).hasSize(10).containsOnly(0));
    assertThat(report.orderCount()).isGreaterThan(500);
  }

  @Test
  void aKernelThatLeavesBytesOutIsNamed() {
    assertThatThrownBy(
            () ->
                Schedules.of(Sluice.builder().heap(DataSize.kibibytes(8)))
                    .check(sluice -> sluice.submit(Flux.defer(this::careless), this::lastByte)))
        .isInstanceOf(ScheduleFailure.class)
        .hasMessageContaining(
            "the kernel of 'half' leaves 8 of 16 bytes of tensor 'all' UINT8[16] unwritten, the"
                + " first of them [8, 16)");
  }

  private Flux<Task> careless() {
    Tensor all = Tensor.named("all", DType.UINT8, 16);
    return Flux.just(
        Task.call("half", context -> context.tensor(0).copyFrom(0, new byte[8], 0, 8))
            .out(all)
            .yields(all));
  }

  private int lastByte(TaskResult result) {
    return result.view(result.task().yielded().getFirst()).getInt(15);
  }

  @Test
  void thePageShowsTheCodeThatIsRunHere() {
    String test =
        lines(Pages.read(Pages.ROOT.resolve("src/test/java/io/sluice/docs/TestingPageTest.java")));
    Matcher code = CODE.matcher(Pages.read(Pages.ROOT.resolve("docs/testing.md")));
    int count = 0;
    for (; code.find(); count++) {
      String piece = lines(code.group(1));
      assertThat(test.contains(piece)).as("this is run by the test:\n%s", piece).isTrue();
    }
    assertThat(count).as("pieces of code").isGreaterThan(4);
  }

  /// Without indentation.
  private static String lines(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
