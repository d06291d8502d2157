package io.sluice.runtime;

import io.sluice.engine.Run;
import io.sluice.engine.Slot;
import io.sluice.engine.Witness;
import org.jspecify.annotations.Nullable;

/// Tells what subscribers and kernels are about. In the drain; reads what other threads write.
final class ShellWitness implements Witness {
  static final ShellWitness INSTANCE = new ShellWitness();

  private ShellWitness() {}

  @Override
  public boolean hasDemand(Run run) {
    return ((RunListener) run.attachment()).hasDemand();
  }

  @Override
  public @Nullable String deliveringThread(Run run) {
    Thread thread = ((RunListener) run.attachment()).deliverer();
    return thread == null ? null : thread.getName();
  }

  @Override
  public boolean isInKernel(Slot slot, int member) {
    return slot.attachment(member) instanceof Execution execution && execution.call != null;
  }
}
