package io.sluice.engine;

/// Which of a version's records a part is among.
enum Layer {
  /// Each element has one last writer: they never overlap.
  WRITERS,
  /// Writers by `OUT_EXISTING`, which may overlap each other and the others, and poison among them.
  JOINED_WRITERS,
  /// Tasks and open results, which may overlap.
  READERS
}
