package io.sluice.sim;

import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import java.util.function.Function;

/// The segment behind a user-owned tensor; its cells are in [Memory].
final class UserStorage implements UserTensor.Storage {
  private final World world;

  UserStorage(World world) {
    this.world = world;
  }

  @Override
  public <R> R lend(
      UserTensor tensor, boolean writable, Function<? super TensorView, ? extends R> user) {
    return user.apply(null);
  }

  @Override
  public void acceptAsIs(UserTensor tensor) {
    world.engine.acceptAsIs(tensor);
    world.log.accepted(world.tensors.current(tensor));
  }

  @Override
  public void close(UserTensor tensor) {}
}
