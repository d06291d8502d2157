package io.sluice.runtime;

import io.sluice.error.RuntimeDisposedException;
import io.sluice.memory.Lease;
import io.sluice.memory.SharedRegion;
import io.sluice.memory.StoredTensor;
import io.sluice.memory.TensorViews;
import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import io.sluice.worker.process.FrameWriter.TensorPlace;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// The bytes of one user-owned tensor, in a region of their own.
final class UserSegment implements UserTensor.Storage {
  private static final AtomicLong LAST_NUMBER = new AtomicLong();

  private final Shell shell;
  private final UserSegments all;
  private final SharedRegion region;
  private final long number = LAST_NUMBER.incrementAndGet();

  UserSegment(Shell shell, UserSegments all, long byteSize) {
    this.shell = shell;
    this.all = all;
    this.region = SharedRegion.create(byteSize, SharedRegion.Purpose.TENSOR);
  }

  MemorySegment segment(boolean writable) {
    return region.segment(writable);
  }

  /// Never that of another segment of this process; from 1.
  long number() {
    return number;
  }

  /// How worker processes find it.
  TensorPlace place() {
    return new TensorPlace(
        0, number, region.capacityBytes(), region.fileDescriptor().orElseThrow());
  }

  @Override
  public <R> R lend(
      UserTensor tensor, boolean writable, Function<? super TensorView, ? extends R> user) {
    if (!region.isOpen()) {
      throw new RuntimeDisposedException(
          tensor + " went with its runtime, which was disposed of; read it before");
    }
    StoredTensor stored = new StoredTensor(tensor, tensor.dtype(), tensor.shape(), 0);
    try (Lease lease = Lease.toThread(Thread.currentThread(), () -> ended(tensor))) {
      return user.apply(TensorViews.whole(segment(writable), stored, writable, lease));
    }
  }

  private static String ended(UserTensor tensor) {
    return "the view of " + tensor + " ended with the call that lent it";
  }

  @Override
  public void acceptAsIs(UserTensor tensor) {
    shell.post(engine -> engine.acceptAsIs(tensor));
  }

  @Override
  public void close(UserTensor tensor) {
    all.forget(this);
    region.close();
  }

  /// The runtime goes, and the segment with it.
  void dispose() {
    region.close();
  }
}
