package io.sluice.worker.process;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One item on its way: it waits at a seat, lies staged in a frame, or runs; reported once.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | `seat` | the drain of the seat that has it | volatile: who stops it asks where it is |
/// | `child`, `frame`, `ticket` | the same | plain; published to the watcher by the frame's state |
/// | `reported` | watcher and drain | compare and set |
final class Item implements RemoteCall {
  final RemoteWork work;
  final boolean isStealable;
  volatile Seat seat;
  @Nullable ChildLink child;
  int frame;
  long ticket;
  private final AtomicBoolean reported = new AtomicBoolean();

  Item(RemoteWork work, Seat seat) {
    this.work = work;
    this.isStealable = work.isStealable();
    this.seat = seat;
  }

  /// Whether the caller is the one who reports its end.
  boolean report() {
    return reported.compareAndSet(false, true);
  }

  boolean isReported() {
    return reported.get();
  }

  @Override
  public void stop(boolean interrupt) {
    seat.command(() -> seat.stop(this, interrupt));
  }

  @Override
  public void kill(String reason) {
    seat.command(() -> seat.kill(this, reason));
  }
}
