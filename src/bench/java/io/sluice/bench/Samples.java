package io.sluice.bench;

import java.util.ArrayList;
import java.util.List;

/// One contender's values of one figure, one from each round.
public final class Samples {
  private final List<Double> values = new ArrayList<>();

  public static Samples of(double... values) {
    Samples samples = new Samples();
    for (double value : values) {
      samples.add(value);
    }
    return samples;
  }

  void add(double value) {
    values.add(value);
    values.sort(null);
  }

  int count() {
    return values.size();
  }

  public double median() {
    int middle = values.size() / 2;
    return values.size() % 2 == 1
        ? values.get(middle)
        : (values.get(middle - 1) + values.get(middle)) / 2;
  }

  double least() {
    return values.getFirst();
  }

  double most() {
    return values.getLast();
  }

  /// How far the values lie apart, as a share of the median.
  double spread() {
    return median() == 0 ? 0 : (most() - least()) / median();
  }
}
