package io.sluice.runtime;

import io.sluice.error.Diagnosis;
import io.sluice.error.RecordedFailure;
import io.sluice.task.Dependency;
import io.sluice.task.LeakTrail;
import io.sluice.task.TaskEvent;
import java.util.List;

/// What a ring keeps of an event, and how many of its places that takes: one of most events, more where it
/// is long.
///
/// Failures are users' objects, of any size, and are kept by name; so is who touched a result that leaked.
///
/// **Bound.** A place stands for an event with [#FREE_DEPENDENCIES] dependencies and less than [#FREE_CHARS]
/// characters: less than 500 bytes, and some 100 as a rule.
final class KeptEvent {
  static final int FREE_DEPENDENCIES = 2;
  static final int FREE_CHARS = 100;

  private static final LeakTrail NO_TRAIL = new LeakTrail(null, List.of(), 0);

  private KeptEvent() {}

  /// The same event, without what may be large; of dependencies at most as many as so many places hold.
  static TaskEvent of(TaskEvent event, int places) {
    return switch (event) {
      case TaskEvent.Admitted e ->
          e.dependencies().size() / FREE_DEPENDENCIES < places ? e : cut(e, places);
      case TaskEvent.Failed e ->
          new TaskEvent.Failed(
              e.taskId(), e.taskName(), e.run(), RecordedFailure.of(e.cause()), e.atNs());
      case TaskEvent.Retried e ->
          new TaskEvent.Retried(
              e.taskId(),
              e.taskName(),
              e.run(),
              e.attempt(),
              e.delayNs(),
              RecordedFailure.of(e.cause()),
              e.atNs());
      case TaskEvent.Refused e ->
          new TaskEvent.Refused(e.taskName(), e.run(), e.kernel(), RecordedFailure.of(e.cause()));
      case TaskEvent.Leaked e -> new TaskEvent.Leaked(e.taskId(), e.taskName(), e.run(), NO_TRAIL);
      default -> event;
    };
  }

  private static TaskEvent cut(TaskEvent.Admitted event, int places) {
    List<Dependency> all = event.dependencies();
    int kept = (int) Math.min(all.size(), (long) places * FREE_DEPENDENCIES);
    return new TaskEvent.Admitted(
        event.taskId(),
        event.taskName(),
        event.run(),
        event.bytes(),
        event.kernel(),
        event.atNs(),
        event.waitedNs(),
        event.demandCount(),
        List.copyOf(all.subList(0, kept)));
  }

  /// At least 1.
  static int places(TaskEvent event) {
    return switch (event) {
      case TaskEvent.Admitted e ->
          1
              + Math.max(0, e.dependencies().size() - 1) / FREE_DEPENDENCIES
              + e.taskName().length() / FREE_CHARS;
      case TaskEvent.Refused e -> 1 + e.taskName().length() / FREE_CHARS;
      case TaskEvent.Stalled e -> 1 + length(e.diagnosis()) / FREE_CHARS;
      default -> 1;
    };
  }

  private static int length(Diagnosis diagnosis) {
    return diagnosis.sentence().length() + diagnosis.holder().length() + diagnosis.knob().length();
  }
}
