package io.sluice.runtime;

import java.lang.StackWalker.StackFrame;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/// Makes assembly traces readable: Reactor's hooks tell the line that called them, which is one of
/// ours. So where a hook is set, a checkpoint behind it tells the user's line.
@SuppressWarnings("ReferenceEquality") // whether a hook returned another operator
final class Assembly {
  private static final String RUNTIME = "io.sluice.runtime.";
  private static final Set<String> FRONT_DOOR =
      Set.of("io.sluice.Sluice", "io.sluice.Submitter", "io.sluice.Orchestrator");

  private Assembly() {}

  /// @param hooked what Reactor's hooks made of `plain`
  static <T> Flux<T> traced(Flux<T> plain, Flux<T> hooked, String step) {
    return hooked == plain ? plain : hooked.checkpoint(place(step));
  }

  /// @param hooked what Reactor's hooks made of `plain`
  static <T> Mono<T> traced(Mono<T> plain, Mono<T> hooked, String step) {
    return hooked == plain ? plain : hooked.checkpoint(place(step));
  }

  private static String place(String step) {
    return "Sluice."
        + step
        + StackWalker.getInstance()
            .walk(frames -> frames.filter(Assembly::isUsers).findFirst())
            .map(frame -> " ⇢ at " + frame.toStackTraceElement())
            .orElse("");
  }

  private static boolean isUsers(StackFrame frame) {
    return !frame.getClassName().startsWith(RUNTIME) && !FRONT_DOOR.contains(frame.getClassName());
  }
}
