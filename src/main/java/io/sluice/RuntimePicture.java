package io.sluice;

import io.sluice.engine.Engine;
import io.sluice.error.Diagnosis;

/// A runtime at one moment, to be drawn.
///
/// @param epoch how many drains have reset the runtime before
/// @param heap the heap, by address
/// @param demand what the open runs have asked for
/// @param why why nothing moves, or that it does
public record RuntimePicture(long epoch, HeapPicture heap, DemandFigures demand, Diagnosis why) {

  static RuntimePicture of(Engine engine, int slabCount) {
    return new RuntimePicture(
        engine.epoch(),
        HeapPicture.of(engine, slabCount),
        DemandFigures.of(engine),
        engine.diagnose());
  }
}
