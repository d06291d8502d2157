package io.sluice;

import io.sluice.task.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import reactor.core.Disposable;

/// Writes down what happens in a runtime, and waits for it.
final class EventWatch implements AutoCloseable {
  private final List<TaskEvent> events = new ArrayList<>();
  private final Disposable subscription;

  EventWatch(Sluice sluice) {
    subscription = sluice.events().subscribe(this::add);
  }

  private synchronized void add(TaskEvent event) {
    events.add(event);
  }

  synchronized List<TaskEvent> events() {
    return List.copyOf(events);
  }

  <E extends TaskEvent> List<E> events(Class<E> type) {
    return events().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /// The names of the tasks admitted so far, in their order.
  List<String> admitted() {
    return events(TaskEvent.Admitted.class).stream().map(TaskEvent.Admitted::taskName).toList();
  }

  void awaitAdmitted(String taskName) {
    var _ =
        await(
            TaskEvent.Admitted.class,
            event -> event.taskName().equals(taskName),
            "the admission of " + taskName);
  }

  <E extends TaskEvent> E await(Class<E> type) {
    return await(type, event -> true, "a " + type.getSimpleName());
  }

  <E extends TaskEvent> E await(Class<E> type, Predicate<? super E> condition, String what) {
    Await.until(what, () -> first(type, condition).isPresent());
    return first(type, condition).orElseThrow();
  }

  private <E extends TaskEvent> Optional<E> first(Class<E> type, Predicate<? super E> condition) {
    return events(type).stream().filter(condition).findFirst();
  }

  @Override
  public void close() {
    subscription.dispose();
  }
}
