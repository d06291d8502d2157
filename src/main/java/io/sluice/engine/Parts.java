package io.sluice.engine;

import io.sluice.task.Box;
import java.util.List;

/// Records about boxes of one tensor: a single one, which is its own index, or a [PartIndex]. Most versions
/// of a tensor have one writer and one reader, and need no more than these two.
///
/// **Confinement.** Owned by the engine.
sealed interface Parts<P extends Part> permits AccessPart, PartIndex {

  /// How many there are.
  int size();

  /// Adds to a list each part whose box shares an element with `query`.
  void collectOverlapping(Box query, List<? super P> into);
}
