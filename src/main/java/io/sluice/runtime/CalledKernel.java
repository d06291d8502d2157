package io.sluice.runtime;

import io.sluice.task.KernelContext;
import io.sluice.task.Task;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// One call of a kernel, as [Surroundings] see it. Valid until the call returns.
public interface CalledKernel extends KernelContext {

  Task task();

  /// The bytes of a whole tensor that this task has just been given; null where the argument names
  /// bytes that have been written before, or zeros.
  @Nullable MemorySegment undefinedBytes(int argument);
}
