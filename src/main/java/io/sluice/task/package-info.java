/// The vocabulary of programs: tasks, tensors, access modes, kernels and results. **API.**
///
/// These types say what is to be computed and on which data. They run nothing and own no memory;
/// they depend on no other package but `io.sluice.config` and `io.sluice.error`.
@NullMarked
package io.sluice.task;

import org.jspecify.annotations.NullMarked;
