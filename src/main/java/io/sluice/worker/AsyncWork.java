package io.sluice.worker;

/// An item that ends later than the call which begins it, on whichever thread: no thread is held
/// for it meanwhile.
///
/// [#runOn] only begins it. Whoever ends it calls what [#whenEnded] was given, and the pool answers
/// with [#afterRun], on the same thread.
public interface AsyncWork extends Work {

  /// What to call when the item has ended: once, by any thread, and as the last thing that touches
  /// its memory. Given before [#runOn], which may call it as well.
  void whenEnded(Runnable ending);

  /// Ends it early, as far as it lets itself be ended. Any thread, at any time; after its end, and
  /// the second time, it does nothing.
  ///
  /// @return whether it was on its way
  boolean cancel();
}
