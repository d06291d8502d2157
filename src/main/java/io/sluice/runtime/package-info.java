/// The reactive shell around the core. **Internal.**
///
/// It turns publishers, completions and timers into the core's events, and the core's effects into
/// signals, dispatches and demand. The threads that enter it, and the one drain that they share,
/// are its business alone.
@NullMarked
package io.sluice.runtime;

import org.jspecify.annotations.NullMarked;
