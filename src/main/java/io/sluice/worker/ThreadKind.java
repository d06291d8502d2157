package io.sluice.worker;

/// What the threads of a pool are made of.
public enum ThreadKind {

  /// Platform threads that must not block: Reactor refuses `block()` on them, as on its own parallel
  /// scheduler's. They spin for a moment before they sleep.
  COMPUTE,

  /// Platform threads that may block. They spin for a moment before they sleep.
  BLOCKING,

  /// Virtual threads. They may block, and never spin.
  VIRTUAL
}
