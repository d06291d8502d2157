package io.sluice.examples.branching;

import io.sluice.DrainReport;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.examples.branching.Mosaic.Measure;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// Cuts a picture into tiles, smaller ones where there is more to see; see the README beside.
///
/// Exit codes: 0 if the tiles cover the picture, 1 if not, 2 for a command line that can't be followed.
public final class Main {
  private static final double TOLERANCE = 8;
  private static final int SHOWN_ROWS = 32;
  private static final int SHOWN_COLUMNS = 72;

  /// For tiles of one pixel, two, four, and so on.
  private static final String SHADES = "@%#*+=-:. ";

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out));
  }

  static int run(String[] arguments, PrintStream out) {
    List<String> options = List.of(arguments);
    if (!options.isEmpty() && !options.equals(List.of("--quick"))) {
      out.println("usage: examples/run branching [--quick]");
      return 2;
    }
    Picture picture = new Picture(options.isEmpty() ? 512 : 128);
    try (Sluice sluice = Sluice.builder().heap(DataSize.kibibytes(320)).threads("cpu", 2).build()) {
      List<Measure> tiles =
          Objects.requireNonNull(
              new Mosaic(picture, TOLERANCE).tiles(sluice).collectList().block());
      out.println(drawing(tiles, picture.edge()));
      out.println(report(tiles, picture, Objects.requireNonNull(sluice.drain().block())));
      return area(tiles) == (long) picture.edge() * picture.edge() ? 0 : 1;
    }
  }

  private static String drawing(List<Measure> tiles, int edge) {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < SHOWN_ROWS; row++) {
      for (int column = 0; column < SHOWN_COLUMNS; column++) {
        text.append(shade(tiles, row * edge / SHOWN_ROWS, column * edge / SHOWN_COLUMNS));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static char shade(List<Measure> tiles, int row, int column) {
    int edge =
        tiles.stream()
            .map(Measure::tile)
            .filter(tile -> tile.contains(row, column))
            .findFirst()
            .orElseThrow()
            .edge();
    int level = Integer.numberOfTrailingZeros(edge);
    return SHADES.charAt(Math.min(level, SHADES.length() - 1));
  }

  private static String report(List<Measure> tiles, Picture picture, DrainReport drain) {
    return String.format(
        Locale.ROOT,
        "%,d tiles for %,d pixels, found by %,d tasks in %.1f s; %,d of %,d KiB of heap",
        tiles.size(),
        (long) picture.edge() * picture.edge(),
        drain.taskCount(),
        drain.elapsed().toMillis() / 1e3,
        drain.peakHeapBytes() >> 10,
        320);
  }

  static long area(List<Measure> tiles) {
    return tiles.stream()
        .mapToLong(found -> (long) found.tile().edge() * found.tile().edge())
        .sum();
  }
}
