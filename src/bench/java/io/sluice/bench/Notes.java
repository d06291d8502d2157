package io.sluice.bench;

import io.sluice.engine.DrainTotals;
import io.sluice.engine.Effects;
import io.sluice.engine.Run;
import io.sluice.engine.Slot;
import io.sluice.engine.Source;
import io.sluice.error.SluiceException;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// What an engine wants, noted without a shell: tasks to run. A result is delivered as soon as it is told; a run's
/// attachment counts them.
record Notes(Queue<Slot> dispatched) implements Effects {

  @Override
  public void dispatch(Slot slot, int member, int worker) {
    dispatched.add(slot);
  }

  @Override
  public void completed(Slot slot) {
    deliveredCountOf(slot.run()).getAndIncrement();
  }

  private static AtomicLong deliveredCountOf(Run run) {
    return (AtomicLong) run.attachment();
  }

  @Override
  public long deliveredCount(Run run) {
    return deliveredCountOf(run).get();
  }

  @Override
  public void reportDelivery(Run run) {
    throw new IllegalStateException("each result is delivered as soon as it is told");
  }

  @Override
  public void failed(Slot slot) {
    throw new IllegalStateException("no task fails here", slot.cause());
  }

  @Override
  public void refused(Source source, Task task, SluiceException error) {
    throw error;
  }

  @Override
  public void demand(Source source, long count) {}

  @Override
  public void sourceDrained(Source source) {}

  @Override
  public void admitted(Slot slot) {}

  @Override
  public void askToStop(Slot slot) {}

  @Override
  public void interrupt(Slot slot) {}

  @Override
  public void abandoned(Slot slot, int member) {}

  @Override
  public void judge(Slot slot, Throwable failure) {}

  @Override
  public double chance() {
    return 0.5;
  }

  @Override
  public void runEnded(Run run, @Nullable Throwable error) {}

  @Override
  public void drained(Object waiter, DrainTotals totals) {}

  @Override
  public void armTimer(long deadlineNs) {}

  @Override
  public boolean watched() {
    return false;
  }

  @Override
  public void happened(TaskEvent event) {}
}
