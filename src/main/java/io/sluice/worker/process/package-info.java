/// Worker processes: child JVMs that map the heap and run kernels where the tensors lie. **Internal.**
///
/// Parent and child share a mailbox ([MailboxLayout] owns its bytes); `docs/worker-protocol.md` describes
/// it. [ProcessPool] is the parent's side, [ChildMain] the child's.
@NullMarked
package io.sluice.worker.process;

import org.jspecify.annotations.NullMarked;
