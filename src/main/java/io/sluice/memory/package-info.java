/// The shared region and the views into it. **Internal.**
///
/// This package maps, lays out and releases off-heap memory. It accounts for nothing: which bytes
/// are taken is decided by `io.sluice.engine`. Nothing here calls a restricted method, so that a
/// runtime without processes starts without a warning.
@NullMarked
package io.sluice.memory;

import org.jspecify.annotations.NullMarked;
