package io.sluice.config;

/// What becomes of a run's running kernels when it is cancelled, fails, or its runtime is disposed of.
///
/// A thread can't be killed. So whatever the policy, the kernel is asked to stop
/// (`KernelContext.isCancelled`), and its bytes stay taken until it returns. Each policy does what the
/// one before does, and more. What doesn't run yet is cancelled at once. A reactive kernel is asked by
/// cancelling its `Mono`, which ends it, whatever the policy.
public enum CancelPolicy {
  /// It is asked, and goes on to its end.
  FINISH,

  /// Its thread is interrupted as well, once, while it is inside the kernel. Mind that file channels
  /// and others close when a thread that uses them is interrupted.
  INTERRUPT,

  /// Nobody waits for it any more: its task is cancelled at once, with all that reads from it, and
  /// another thread takes its worker's place.
  ABANDON;

  /// Whether threads are interrupted.
  public boolean interrupts() {
    return this != FINISH;
  }
}
