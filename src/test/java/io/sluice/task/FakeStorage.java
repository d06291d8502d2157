package io.sluice.task;

import java.util.function.Function;

/// A segment of no bytes that counts what is asked of it.
final class FakeStorage implements UserTensor.Storage {
  int readCount;
  int writeCount;
  int acceptCount;
  int closeCount;

  @Override
  @SuppressWarnings("NullAway")
  public <R> R lend(
      UserTensor tensor, boolean writable, Function<? super TensorView, ? extends R> user) {
    readCount += writable ? 0 : 1;
    writeCount += writable ? 1 : 0;
    return user.apply(null);
  }

  @Override
  public void acceptAsIs(UserTensor tensor) {
    acceptCount++;
  }

  @Override
  public void close(UserTensor tensor) {
    closeCount++;
  }
}
