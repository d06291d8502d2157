package io.sluice.task;

import reactor.core.publisher.Mono;

/// The work of a task that waits for something outside: a `Mono` that completes when the work is done.
/// No thread is held meanwhile.
///
/// **Called** once for each member, on the one thread of the task's reactive pool, which subscribes to
/// the `Mono` as well. That thread must not block, and Reactor refuses to: what computes or blocks goes
/// to another scheduler, by `subscribeOn` or `publishOn`, or is an ordinary [Kernel].
///
/// **Views** last as long as the `Mono`, on whichever threads it runs. Each access to a view is checked,
/// and one behind the end is an [io.sluice.error.ResultClosedException]; so use bulk copies, not loops
/// over elements. A segment lent by [TensorView#withSegment] lasts as long as the callback.
///
/// **Ends** with the first signal: `onComplete` completes the member, `onError` fails it with that as
/// the cause, as does whatever this method throws, and a `Mono` that is null. Elements are ignored.
/// Signals behind the end go to Reactor's hooks for what is dropped.
///
/// **Cancel.** Asked to stop, as when its run is cancelled, the subscription is cancelled, and that is
/// the end: whatever then still goes on can't reach the tensors any more.
///
/// **Context.** The subscriber's context of the run is seen by the `Mono`.
@FunctionalInterface
public interface ReactiveKernel {
  /// Begins the work of one member. The context is valid until the `Mono` has ended, on any thread.
  ///
  /// @throws Exception what fails the task
  Mono<Void> run(KernelContext context) throws Exception;
}
