/// Pools, and the endpoints that run kernels. **Internal.**
///
/// A worker takes a dispatched task, lends the kernel views of its tensors and posts one completion
/// for each attempt. It knows nothing of dependencies, scopes or admission.
@NullMarked
package io.sluice.worker;

import org.jspecify.annotations.NullMarked;
