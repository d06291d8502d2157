package io.sluice.examples.jdkindex;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.test.Schedules;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

class IndexingTest {
  private static final Flux<ClassFile> FILES = ClassFile.ofModule("java.net.http");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void theIndexIsThatOfAPlainPass(int workers) throws IOException {
    Index plain = PlainPass.index(FILES);

    Index index = outcome(workers, DataSize.mebibytes(1)).index();

    assertThat(index.top(1_000_000)).isEqualTo(plain.top(1_000_000)).isNotEmpty();
    assertThat(index.checksum()).isEqualTo(plain.checksum());
    assertThat(index.fileCount()).isEqualTo(plain.fileCount()).isGreaterThan(100);
    assertThat(index.referenceCount()).isEqualTo(plain.referenceCount());
  }

  /// In the heap of the test kit, whose fresh bytes are anything but zero.
  @Test
  void theIndexIsTheSameInWhicheverOrderTheTasksEnd() throws IOException {
    Flux<ClassFile> some = FILES.take(12).cache();
    String plain = PlainPass.index(some).checksum();
    Schedules.of(Sluice.builder().heap(DataSize.kibibytes(512)).threads("cpu", 2))
        .count(30)
        .check(
            sluice -> new Indexing(sluice, some).run().map(outcome -> outcome.index().checksum()),
            checksums -> assertThat(checksums).containsExactly(plain));
  }

  @Test
  void itKnowsWhoRefersToWhom() {
    Index index = outcome(2, DataSize.mebibytes(8)).index();

    assertThat(index.referrersOf("java/net/http/HttpClient"))
        .contains("jdk/internal/net/http/HttpClientImpl")
        .doesNotContain("java/net/http/HttpClient")
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(index.referrersOf("no/such/Class")).isEmpty();
    assertThat(index.top(1)).first().returns("java/lang/Object", Index.Line::className);
  }

  @Test
  void theHeapBoundsItHoweverMuchFlowsThrough() {
    DataSize heap = DataSize.kibibytes(512);

    Outcome outcome = outcome(2, heap);

    assertThat(outcome.drain().peakHeapBytes()).isPositive().isLessThanOrEqualTo(heap.bytes());
    assertThat(outcome.drain().claimedBytes()).isGreaterThan(8 * heap.bytes());
    assertThat(outcome.drain().taskCount()).isEqualTo(3 * outcome.index().fileCount());
  }

  private static Outcome outcome(int workers, DataSize heap) {
    try (Sluice sluice = Sluice.builder().heap(heap).threads("cpu", workers).build()) {
      return new Indexing(sluice, FILES).run().block(Duration.ofSeconds(60));
    }
  }
}
