package io.sluice.examples.branching;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.examples.branching.Mosaic.Measure;
import io.sluice.test.Schedules;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MosaicTest {
  private static final Picture PICTURE = new Picture(64);
  private static final double TOLERANCE = 8;

  /// The least heap that it can do with: the pixels, and the numbers of one task.
  @ParameterizedTest(name = "{0} KiB")
  @ValueSource(ints = {5, 6, 64})
  void theTilesAreThoseOfAPlainRecursion(int heapKibibytes) {
    List<Measure> plain = new ArrayList<>();
    cut(new Tile(0, 0, PICTURE.edge()), plain);

    List<Measure> tiles = tiles(DataSize.kibibytes(heapKibibytes));

    assertThat(tiles).hasSizeGreaterThan(100).containsExactlyInAnyOrderElementsOf(plain);
  }

  @Test
  void theTilesAreTheSameInWhicheverOrderTheTasksEnd() {
    Picture small = new Picture(16);
    Schedules.of(Sluice.builder().heap(DataSize.kibibytes(5)).threads("cpu", 3))
        .count(50)
        .everyByteWritten()
        .check(
            sluice -> new Mosaic(small, TOLERANCE).tiles(sluice),
            tiles -> assertThat(Main.area(tiles)).isEqualTo(16 * 16));
  }

  @Test
  void eachPixelIsInOneTile() {
    List<Measure> tiles = tiles(DataSize.kibibytes(64));
    for (int row = 0; row < PICTURE.edge(); row++) {
      for (int column = 0; column < PICTURE.edge(); column++) {
        int r = row;
        int c = column;
        assertThat(tiles).filteredOn(found -> found.tile().contains(r, c)).hasSize(1);
      }
    }
    assertThat(Main.area(tiles)).isEqualTo(64 * 64);
  }

  private static List<Measure> tiles(DataSize heap) {
    try (Sluice sluice = Sluice.builder().heap(heap).threads("cpu", 3).build()) {
      return new Mosaic(PICTURE, TOLERANCE)
          .tiles(sluice)
          .collectSortedList(Comparator.comparing(Object::toString))
          .block(Duration.ofSeconds(60));
    }
  }

  private static void cut(Tile tile, List<Measure> into) {
    Measure found = measure(tile);
    if (found.deviation() <= TOLERANCE || tile.edge() == 1) {
      into.add(found);
    } else {
      tile.quarters().forEach(quarter -> cut(quarter, into));
    }
  }

  private static Measure measure(Tile tile) {
    long sum = 0;
    long sumOfSquares = 0;
    for (int row = tile.row(); row < tile.row() + tile.edge(); row++) {
      for (int column = tile.column(); column < tile.column() + tile.edge(); column++) {
        long pixel = PICTURE.pixel(row, column);
        sum += pixel;
        sumOfSquares += pixel * pixel;
      }
    }
    double count = (double) tile.edge() * tile.edge();
    double mean = sum / count;
    return new Measure(tile, mean, Math.sqrt(Math.max(0, sumOfSquares / count - mean * mean)));
  }

  @Test
  void aQuickRunCoversItsPicture() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(Main.run(new String[] {"--quick"}, new PrintStream(out, true, UTF_8))).isZero();
    assertThat(out.toString(UTF_8)).contains("tiles for 16,384 pixels").contains("of 320 KiB");
  }

  @Test
  void aCommandLineThatCannotBeFollowedExitsWithTwo() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(Main.run(new String[] {"--fast"}, new PrintStream(out, true, UTF_8))).isEqualTo(2);
    assertThat(out.toString(UTF_8)).contains("usage: examples/run branching");
  }
}
