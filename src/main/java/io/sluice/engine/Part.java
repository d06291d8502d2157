package io.sluice.engine;

import io.sluice.task.Box;
import org.jspecify.annotations.Nullable;

/// A record about a box of one tensor; it can be in at most one index at a time.
///
/// **Confinement.** Owned by the engine, like the index.
abstract class Part extends PartTreeItem {

  /// The index that this part is in, if any; itself if it is a version's only one of its kind. Written by the
  /// index alone, and by [Version].
  @Nullable Parts<?> index;

  private final Box box;

  Part(Box box) {
    this.box = box;
  }

  /// Throws if it is in an index: a bug.
  final void checkFree() {
    if (index != null) {
      throw new IllegalStateException(
          "part %s was added while it is in an index; this is a bug in Sluice".formatted(box));
    }
  }

  /// The elements that the record is about.
  final Box box() {
    return box;
  }
}
