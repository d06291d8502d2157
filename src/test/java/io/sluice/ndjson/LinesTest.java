package io.sluice.ndjson;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.test.ManualPublisher;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// Lines of a stream of bytes.
class LinesTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  @Test
  void linesAreTheSameHoweverTheBytesAreCut() {
    String text = "one\r\n\n  \ntwo two\nthree";
    for (int size = 1; size <= text.length(); size++) {
      assertThat(linesOf(pieces(text, size))).containsExactly("1:one", "4:two two", "5:three");
    }
  }

  @Test
  void anEndWithoutALineFeedIsALineAndAnEmptyOneIsNone() {
    assertThat(linesOf(pieces("a\n", 1))).containsExactly("1:a");
    assertThat(linesOf(List.of())).isEmpty();
    assertThat(linesOf(pieces("\n\n", 1))).isEmpty();
  }

  @Test
  void seededTextsSurviveSeededCuts() {
    for (int seed = 0; seed < 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<String> expected = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int line = 1; line <= random.nextInt(1, 30); line++) {
        String each = "x".repeat(random.nextInt(0, 40));
        text.append(each).append('\n');
        if (!each.isEmpty()) {
          expected.add(line + ":" + each);
        }
      }
      assertThat(linesOf(pieces(text.toString(), random.nextInt(1, 50))))
          .as("seed %d", seed)
          .isEqualTo(expected);
    }
  }

  @Test
  void aLineAboveTheLimitIsAnErrorThatSaysWhichOneAndItComesBeforeTheLineEnds() {
    Flux<byte[]> endless = Flux.just(bytes("ok\n")).concatWith(Flux.just(bytes("xxxx")).repeat());
    StepVerifier.create(Lines.of(endless, 10))
        .expectNextMatches(line -> line.number() == 1)
        .expectErrorSatisfies(
            error ->
                assertThat(error)
                    .isInstanceOf(NdjsonException.class)
                    .hasMessageContaining("line 2: a line must have at most 10 bytes"))
        .verify(BOUND);
  }

  @Test
  void aPieceIsAskedForOnlyWhenALineIsWantedAndNoneIsAtHand() {
    ManualPublisher<byte[]> pieces = ManualPublisher.create();
    StepVerifier.create(Lines.of(pieces, 100), 0)
        .then(() -> assertThat(pieces.requested()).isZero())
        .thenRequest(1)
        .then(() -> pieces.awaitRequested(1))
        .then(() -> pieces.next(bytes("a\nb\nc")))
        .expectNextCount(1)
        .then(() -> assertThat(pieces.requested()).as("b is at hand").isEqualTo(1))
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> assertThat(pieces.requested()).as("c has no end").isEqualTo(1))
        .thenRequest(1)
        .then(() -> pieces.awaitRequested(2))
        .then(pieces::complete)
        .expectNextMatches(line -> line.number() == 3)
        .thenRequest(1)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void aCancelGoesToTheBytes() {
    ManualPublisher<byte[]> pieces = ManualPublisher.create();
    StepVerifier.create(Lines.of(pieces, 100), 1).thenCancel().verify(BOUND);
    pieces.awaitCancelled();
  }

  private static List<String> linesOf(List<byte[]> pieces) {
    return Lines.of(Flux.fromIterable(pieces), 1_000)
        .limitRate(1)
        .map(line -> line.number() + ":" + new String(line.bytes(), StandardCharsets.UTF_8))
        .collectList()
        .block(BOUND);
  }

  private static List<byte[]> pieces(String text, int size) {
    return Stream.iterate(0, from -> from < text.length(), from -> from + size)
        .map(from -> bytes(text.substring(from, Math.min(text.length(), from + size))))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
