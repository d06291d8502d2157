package io.sluice.engine;

import io.sluice.task.Box;
import org.jspecify.annotations.Nullable;

/// A record about a box of one tensor; it can be in at most one [PartIndex] at a time.
///
/// **Confinement.** Owned by the engine, like the index.
abstract class Part extends PartTreeItem {

  /// The index that this part is in, if any. Written by the index alone.
  @Nullable PartIndex<?> index;

  private final Box box;

  Part(Box box) {
    this.box = box;
  }

  /// The elements that the record is about.
  final Box box() {
    return box;
  }
}
