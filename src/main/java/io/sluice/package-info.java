/// The front door of Sluice: build a runtime, submit tasks, drain it. **API.**
///
/// Everything a program needs to run a graph of tasks starts here; the vocabulary of tasks and
/// tensors is in `io.sluice.task`, settings are in `io.sluice.config`, failures in
/// `io.sluice.error`.
@NullMarked
package io.sluice;

import org.jspecify.annotations.NullMarked;
