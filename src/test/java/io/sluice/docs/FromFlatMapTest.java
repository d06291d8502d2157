package io.sluice.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Orchestrator;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.error.CompositeTaskException;
import io.sluice.task.DType;
import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/// Runs the code that docs/from-flatmap.md shows, both sides of it, and holds the page to it.
class FromFlatMapTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern REGION =
      Pattern.compile(" *// page begin\n(.*?) *// page end\n", Pattern.DOTALL);
  private static final int CLIPS = 60;

  private final Sluice sluice =
      Sluice.builder().heap(DataSize.kibibytes(64)).threads("cpu", 2).reactive("net", 8).build();
  private final Flux<Clip> clips = Flux.range(1, CLIPS).map(Clip::new);
  private final List<Integer> expected = IntStream.rangeClosed(1, CLIPS).boxed().toList();

  @AfterEach
  void dispose() {
    StepVerifier.create(sluice.disposeGracefully(BOUND)).expectComplete().verify(BOUND);
  }

  static final class Independent {
    // page begin
    Flux<Integer> peaks(Flux<Clip> clips) {
      return clips.flatMap(
          clip ->
              Mono.fromCallable(clip::load)
                  .subscribeOn(Schedulers.boundedElastic())
                  .publishOn(Schedulers.parallel())
                  .map(Audio::smoothed)
                  .map(Audio::peak),
          8);
    }

    // page end

    // page begin
    Flux<Integer> peaks(Sluice sluice, Flux<Clip> clips) {
      return sluice
          .submitScoped(clips.map(this::tasksOf), this::peaksOf)
          .concatMapIterable(list -> list, 1);
    }

    Flux<Task> tasksOf(Clip clip) {
      Tensor raw = Tensor.of(DType.UINT8, clip.length());
      Tensor smooth = Tensor.of(DType.UINT8, clip.length());
      return Flux.just(
          Task.fill(raw, clip::loadInto),
          Task.call("smooth", Audio::smooth).in(raw).out(smooth).yields(smooth));
    }

    List<Integer> peaksOf(TaskResult result) {
      return result.task().yielded().stream().map(it -> Audio.peak(result.view(it))).toList();
    }
    // page end
  }

  @Test
  void independentElements() {
    Independent code = new Independent();
    assertThat(sorted(code.peaks(clips))).isEqualTo(expected);
    assertThat(sorted(code.peaks(sluice, clips))).isEqualTo(expected);
  }

  private static List<Integer> sorted(Flux<Integer> peaks) {
    return peaks.sort().collectList().block(BOUND);
  }

  static final class Ordered {
    // page begin
    Flux<Integer> peaksInOrder(Flux<Clip> clips) {
      return clips.flatMapSequential(Audio::peakOf, 8);
    }

    // page end

    // page begin
    Flux<Integer> peaksInOrder(Sluice sluice, Flux<Clip> clips) {
      return sluice
          .submitScopedSequential(clips.map(new Independent()::tasksOf), new Independent()::peaksOf)
          .concatMapIterable(list -> list, 1);
    }
    // page end
  }

  @Test
  void inOrder() {
    Ordered code = new Ordered();
    assertThat(code.peaksInOrder(clips).collectList().block(BOUND)).isEqualTo(expected);
    assertThat(code.peaksInOrder(sluice, clips).collectList().block(BOUND)).isEqualTo(expected);
  }

  static final class TwoInputs {
    // page begin
    Mono<Integer> peakOfMix(Clip left, Clip right) {
      return Mono.zip(
              Mono.fromCallable(left::load).subscribeOn(Schedulers.boundedElastic()),
              Mono.fromCallable(right::load).subscribeOn(Schedulers.boundedElastic()))
          .publishOn(Schedulers.parallel())
          .map(both -> Audio.mixed(both.getT1(), both.getT2()))
          .map(Audio::peak);
    }

    // page end

    // page begin
    Flux<Task> mix(Clip left, Clip right) {
      Tensor a = Tensor.of(DType.UINT8, left.length());
      Tensor b = Tensor.of(DType.UINT8, right.length());
      return Flux.just(
          Task.fill(a, left::loadInto),
          Task.fill(b, right::loadInto),
          Task.call("mix", Audio::mix).inout(a).in(b).yields(a));
    }
    // page end
  }

  @Test
  void aStepThatNeedsTwoOthers() {
    TwoInputs code = new TwoInputs();
    Clip loud = new Clip(90);
    assertThat(code.peakOfMix(new Clip(30), loud).block(BOUND)).isEqualTo(60);
    assertThat(
            sluice
                .submit(code.mix(new Clip(30), loud), new Independent()::peaksOf)
                .concatMapIterable(list -> list, 1)
                .blockLast(BOUND))
        .isEqualTo(60);
  }

  static final class Answers {
    // page begin
    Flux<Integer> peaks(Client client, Flux<Clip> clips) {
      return clips.flatMap(clip -> client.fetch(clip).map(Audio::peak), 8);
    }

    // page end

    // page begin
    Flux<Task> tasksOf(Client client, Clip clip) {
      Tensor raw = Tensor.of(DType.UINT8, clip.length());
      Tensor peak = Tensor.of(DType.UINT8, 1);
      return Flux.just(
          Task.callReactive(
                  "fetch",
                  context ->
                      client
                          .fetch(clip)
                          .doOnNext(
                              bytes -> context.tensor(raw).copyFrom(0, bytes, 0, bytes.length))
                          .then())
              .out(raw),
          Task.call("peak", Audio::peak).in(raw).out(peak).yields(peak));
    }
    // page end
  }

  @Test
  void answersFromElsewhere() {
    Answers code = new Answers();
    Client client = clip -> Mono.fromCallable(clip::load).subscribeOn(Schedulers.parallel());
    assertThat(sorted(code.peaks(client, clips))).isEqualTo(expected);
    Flux<Flux<Task>> scopes = clips.map(clip -> code.tasksOf(client, clip));
    assertThat(
            sorted(
                sluice
                    .submitScoped(scopes, new Independent()::peaksOf)
                    .concatMapIterable(list -> list, 1)))
        .isEqualTo(expected);
  }

  static final class Failing {
    // page begin
    Flux<Integer> whatCanBeHad(Flux<Clip> clips) {
      return clips.flatMapDelayError(Audio::peakOf, 8, 8);
    }

    // page end

    // page begin
    Flux<Integer> whatCanBeHad(Sluice sluice, Flux<Clip> clips) {
      return sluice
          .submitScopedDelayError(clips.map(new Independent()::tasksOf), new Independent()::peaksOf)
          .concatMapIterable(list -> list, 1);
    }
    // page end
  }

  @Test
  void errorsAtTheEnd() {
    Failing code = new Failing();
    Flux<Clip> some = Flux.just(new Clip(3), new Clip(Clip.BROKEN), new Clip(5));
    StepVerifier.create(code.whatCanBeHad(some))
        .expectNextCount(2)
        .expectError(IOException.class)
        .verify(BOUND);
    StepVerifier.create(code.whatCanBeHad(sluice, some))
        .expectNextCount(2)
        .expectError(CompositeTaskException.class)
        .verify(BOUND);
  }

  static final class Dependent {
    // page begin
    Mono<Integer> peakOfNext(Clip clip) {
      return Audio.peakOf(clip).flatMap(peak -> Audio.peakOf(new Clip(peak + 1)));
    }

    // page end

    // page begin
    Flux<Integer> peakOfNext(Sluice sluice, Clip clip) {
      return sluice.run(
          program -> peakOf(program, clip).flatMap(peak -> peakOf(program, new Clip(peak + 1))));
    }

    Mono<Integer> peakOf(Orchestrator program, Clip clip) {
      Tensor raw = Tensor.of(DType.UINT8, clip.length());
      return program.submit(
          Task.fill(raw, clip::loadInto).yields(raw), result -> Audio.peak(result.view()));
    }
    // page end
  }

  @Test
  void theNextStepDependsOnAValue() {
    Dependent code = new Dependent();
    assertThat(code.peakOfNext(new Clip(7)).block(BOUND)).isEqualTo(8);
    assertThat(code.peakOfNext(sluice, new Clip(7)).blockLast(BOUND)).isEqualTo(8);
  }

  @Test
  void thePageShowsTheCodeThatIsRunHere() {
    String test =
        Pages.read(Pages.ROOT.resolve("src/test/java/io/sluice/docs/FromFlatMapTest.java"));
    String page = Pages.read(Pages.ROOT.resolve("docs/from-flatmap.md"));
    assertThat(all(CODE, page)).isEqualTo(all(REGION, test)).hasSize(12);
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(found -> found.group(1).stripTrailing().stripIndent())
        .toList();
  }

  interface Client {
    Mono<byte[]> fetch(Clip clip);
  }

  /// Stands for a recording; all of its samples are its number.
  record Clip(int number) {
    static final int BROKEN = -1;

    int length() {
      return 2_000;
    }

    byte[] load() throws IOException {
      if (number == BROKEN) {
        throw new IOException("can't be read");
      }
      byte[] samples = new byte[length()];
      Arrays.fill(samples, (byte) number);
      return samples;
    }

    void loadInto(TensorView view) throws IOException {
      view.copyFrom(0, load(), 0, length());
    }
  }

  static final class Audio {
    static Mono<Integer> peakOf(Clip clip) {
      return Mono.fromCallable(clip::load)
          .subscribeOn(Schedulers.boundedElastic())
          .map(Audio::smoothed)
          .map(Audio::peak);
    }

    static byte[] smoothed(byte[] samples) {
      return samples.clone();
    }

    static byte[] mixed(byte[] some, byte[] others) {
      byte[] mix = new byte[some.length];
      for (int i = 0; i < mix.length; i++) {
        mix[i] = (byte) ((some[i] + others[i]) / 2);
      }
      return mix;
    }

    static int peak(byte[] samples) {
      int peak = 0;
      for (byte sample : samples) {
        peak = Math.max(peak, sample);
      }
      return peak;
    }

    static void smooth(KernelContext context) {
      context.tensor(1).copyFrom(context.tensor(0));
    }

    static void mix(KernelContext context) {
      TensorView mix = context.tensor(0);
      for (long i = 0; i < mix.elementCount(); i++) {
        mix.setInt(i, (mix.getInt(i) + context.tensor(1).getInt(i)) / 2);
      }
    }

    static void peak(KernelContext context) {
      context.tensor(1).setInt(0, peak(context.tensor(0)));
    }

    static int peak(TensorView samples) {
      int peak = 0;
      for (long i = 0; i < samples.elementCount(); i++) {
        peak = Math.max(peak, samples.getInt(i));
      }
      return peak;
    }
  }
}
