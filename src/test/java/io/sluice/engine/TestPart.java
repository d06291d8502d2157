package io.sluice.engine;

import io.sluice.task.Box;

/// A part with a mark, so that a test can compare answers without collections.
final class TestPart extends Part {

  /// The last query that found this part.
  long foundBy = -1;

  TestPart(Box box) {
    super(box);
  }

  @Override
  public String toString() {
    return "part " + box();
  }
}
