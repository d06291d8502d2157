package io.sluice.runtime;

import io.sluice.engine.Engine;
import org.jspecify.annotations.Nullable;

/// Something that happened, on its way to the engine; a node of the sink's queue.
///
/// One object is posted once, or again only after it was applied. So a completion is posted by the
/// object that ran the kernel, and costs no allocation.
abstract class SinkEvent {
  /// The one posted behind; written by its poster, read by the drainer. Accessed by the queue alone.
  @SuppressWarnings("unused")
  volatile @Nullable SinkEvent next;

  /// Tells the engine. Runs inside the drain loop: no user code, nothing that blocks.
  abstract void apply(Engine engine);
}
