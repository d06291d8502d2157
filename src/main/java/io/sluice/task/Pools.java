package io.sluice.task;

/// The names of the pools that exist by default.
public final class Pools {
  /// Compute: where tasks go that name no pool, unless the builder adds a pool other than these
  /// three.
  public static final String NEXT_LEVEL = "NEXT_LEVEL";

  /// Small side work.
  public static final String SUB = "SUB";

  /// Where `Task.fill` runs; its threads may block.
  public static final String LOADER = "LOADER";

  private Pools() {}
}
