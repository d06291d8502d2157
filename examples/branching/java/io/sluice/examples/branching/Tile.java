package io.sluice.examples.branching;

import io.sluice.task.Range;
import io.sluice.task.Tensor;
import io.sluice.task.TensorSlice;
import java.util.List;

/// A square part of a picture.
///
/// @param row of its first pixel
/// @param column of its first pixel
/// @param edge its height and width in pixels, a power of two
record Tile(int row, int column, int edge) {

  TensorSlice of(Tensor picture) {
    return picture.slice(Range.of(row, row + edge), Range.of(column, column + edge));
  }

  List<Tile> quarters() {
    int half = edge / 2;
    return List.of(
        new Tile(row, column, half),
        new Tile(row, column + half, half),
        new Tile(row + half, column, half),
        new Tile(row + half, column + half, half));
  }

  boolean contains(int pixelRow, int pixelColumn) {
    return row <= pixelRow
        && pixelRow < row + edge
        && column <= pixelColumn
        && pixelColumn < column + edge;
  }
}
