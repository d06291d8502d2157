package io.sluice.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.task.Box;
import io.sluice.task.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoxLayoutTest {

  private static Box box(long... bounds) {
    long[] from = new long[bounds.length / 2];
    long[] to = new long[bounds.length / 2];
    for (int axis = 0; axis < from.length; axis++) {
      from[axis] = bounds[2 * axis];
      to[axis] = bounds[2 * axis + 1];
    }
    return Box.of(from, to);
  }

  private static long[] numbers(String text) {
    return List.of(text.split(" ")).stream().mapToLong(Long::parseLong).toArray();
  }

  @ParameterizedTest(name = "of {0}, {1} is contiguous: {2}")
  @CsvSource({
    "4 8,   0 4 0 8,         true",
    "4 8,   1 3 0 8,         true",
    "4 8,   1 2 2 5,         true",
    "4 8,   3 4 7 8,         true",
    "4 8,   1 3 2 5,         false",
    "4 8,   0 4 0 7,         false",
    "4 8,   0 4 3 4,         false",
    "4 1,   1 3 0 1,         true",
    "2 3 4, 0 2 0 3 0 4,     true",
    "2 3 4, 1 2 1 3 0 4,     true",
    "2 3 4, 0 2 1 2 0 4,     false",
    "2 3 4, 0 2 1 2 0 1,     false",
    "2 1 4, 0 2 0 1 0 4,     true",
    "1 3 4, 0 1 0 2 0 4,     true",
  })
  void isContiguousIfAPartOfOneAxisIsFollowedByWholeOnes(
      String shape, String bounds, boolean contiguous) {
    BoxLayout layout = BoxLayout.of(Shape.of(numbers(shape)), box(numbers(bounds)));
    assertThat(layout.isContiguous()).isEqualTo(contiguous);
  }

  @Test
  void countsFromTheTensorsStart() {
    BoxLayout tile = BoxLayout.of(Shape.of(4, 8), box(1, 3, 2, 5));
    assertThat(tile.firstElement()).isEqualTo(10);
    assertThat(tile.spanElements()).isEqualTo(11);
    assertThat(tile.elementCount()).isEqualTo(6);
    assertThat(tile.elementAt(2)).isEqualTo(2);
    assertThat(tile.elementAt(3)).isEqualTo(8);
    assertThat(tile.elementAt(5)).isEqualTo(10);
  }

  @Test
  void handsOutARunForEachRow() {
    BoxLayout tile = BoxLayout.of(Shape.of(4, 8), box(1, 4, 2, 5));
    assertThat(runs(tile, 1, 7)).containsExactly("1 at 1 x2", "3 at 8 x3", "6 at 16 x2");
    assertThat(runs(tile, 4, 0)).isEmpty();
  }

  @Test
  void mergesAxesIntoLongRuns() {
    BoxLayout planes = BoxLayout.of(Shape.of(5, 4, 3, 2), box(1, 3, 1, 3, 0, 3, 0, 2));
    assertThat(runs(planes, 0, 24)).containsExactly("0 at 0 x12", "12 at 24 x12");
  }

  @Test
  void handsOutAColumnElementByElement() {
    BoxLayout column = BoxLayout.of(Shape.of(3, 8), box(0, 3, 2, 3));
    assertThat(runs(column, 0, 3)).containsExactly("0 at 0 x1", "1 at 8 x1", "2 at 16 x1");
  }

  @Test
  void handsOutALongRunInPieces() {
    BoxLayout whole = BoxLayout.of(Shape.of(9_000_000), Box.whole(9_000_000));
    assertThat(runs(whole, 10, 8_999_990))
        .containsExactly(
            "10 at 10 x4194304", "4194314 at 4194314 x4194304", "8388618 at 8388618 x611382");
  }

  private static List<String> runs(BoxLayout layout, long index, long count) {
    List<String> runs = new ArrayList<>();
    layout.forEachRun(
        index, count, (at, element, run) -> runs.add(at + " at " + element + " x" + run));
    return runs;
  }

  @Test
  void placesElementsOfATensorBeyondFourGibiElements() {
    long columns = 6_000_000_000L;
    BoxLayout tile = BoxLayout.of(Shape.of(4, columns), box(1, 4, 5, 5_000_000_005L));
    assertThat(tile.firstElement()).isEqualTo(columns + 5);
    assertThat(tile.elementAt(4_999_999_999L)).isEqualTo(4_999_999_999L);
    assertThat(tile.elementAt(5_000_000_000L)).isEqualTo(columns);
    assertThat(tile.elementAt(14_999_999_999L)).isEqualTo(2 * columns + 4_999_999_999L);
  }

  @Test
  void refusesABoxThatIsNotInside() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoxLayout.of(Shape.of(4, 8), box(0, 4, 2, 9)))
        .withMessage("box [0..4, 2..9) is not inside shape [4, 8]");
    assertThatIllegalArgumentException().isThrownBy(() -> BoxLayout.of(Shape.of(4, 8), box(0, 4)));
  }
}
