package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;

/// One contender's values of one figure, one from each round.
final class Samples {
  private final List<Double> values = new ArrayList<>();

  void add(double value) {
    values.add(value);
    values.sort(null);
  }

  double median() {
    int middle = values.size() / 2;
    return values.size() % 2 == 1
        ? values.get(middle)
        : (values.get(middle - 1) + values.get(middle)) / 2;
  }

  /// How far the values lie apart, as a share of the median.
  double spread() {
    return median() == 0 ? 0 : (values.getLast() - values.getFirst()) / median();
  }
}
