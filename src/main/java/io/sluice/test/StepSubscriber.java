package io.sluice.test;

import io.sluice.task.TaskResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/// The subscriber of a pipeline under a schedule, which asks for elements when it is told to, and holds
/// results that yield until it is told to close them.
///
/// **Confinement.** The thread of the schedule.
///
/// @param <T> the pipeline's elements
final class StepSubscriber<T> extends BaseSubscriber<T> {
  private final OneThread thread;
  private final List<T> elements = new ArrayList<>();
  private final List<Value> values = new ArrayList<>();
  private final List<Held> held = new ArrayList<>();
  private long wanted;
  private boolean subscribed;
  private boolean over;
  private boolean cancelled;
  private @Nullable Throwable error;

  StepSubscriber(OneThread thread) {
    this.thread = thread;
  }

  @Override
  protected void hookOnSubscribe(Subscription subscription) {
    subscribed = true;
  }

  @Override
  protected void hookOnNext(T element) {
    thread.check("a value");
    Value value = Value.of(element);
    elements.add(element);
    values.add(value);
    if (wanted != Long.MAX_VALUE) {
      wanted--;
    }
    if (element instanceof TaskResult result) {
      held.add(new Held(result, value));
    }
  }

  @Override
  protected void hookOnComplete() {
    thread.check("the end");
    over = true;
  }

  @Override
  protected void hookOnError(Throwable failure) {
    thread.check("an error");
    error = failure;
    over = true;
  }

  /// Whether it would make a difference to ask for more now.
  boolean mayAsk() {
    return subscribed && !over && !cancelled && wanted == 0;
  }

  void ask(long count) {
    wanted += count;
    request(count);
  }

  int heldCount() {
    return held.size();
  }

  /// Closes a result, whose bytes must be as they were.
  void close(int index) {
    Held one = held.remove(index);
    try (TaskResult result = one.result) {
      if (!result.isClosed() && !Value.of(result).equals(one.value)) {
        throw new AssertionError("the bytes of the " + result + " changed while it was open");
      }
    }
  }

  void giveUp() {
    cancelled = true;
    cancel();
  }

  boolean isCancelled() {
    return cancelled;
  }

  /// Whether nothing more can come.
  boolean isOver() {
    return over || cancelled;
  }

  @Nullable Throwable error() {
    return error;
  }

  List<T> elements() {
    return elements;
  }

  List<Value> values() {
    return values;
  }

  private record Held(TaskResult result, Value value) {}
}
