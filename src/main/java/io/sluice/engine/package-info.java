/// The deterministic core: a state machine that turns events into effects. **Internal.**
///
/// Slots, heap accounting, the tensor map, scopes and queues live here. There are no threads, no
/// clock, no input or output, no Reactor and no memory segments: the same events in the same order
/// always have the same effects, which is what lets a seeded simulator drive it.
@NullMarked
package io.sluice.engine;

import org.jspecify.annotations.NullMarked;
