package io.sluice.sim;

import io.sluice.task.Box;
import java.util.ArrayList;
import java.util.List;

/// What happened in the order that counts, for the [SerialInterpreter].
final class SerialLog {
  /// One entry.
  sealed interface Entry permits Admitted, Refused, Accepted {}

  /// A task was admitted.
  record Admitted(SimTask task) implements Entry {}

  /// A task was refused that would have written here in place.
  record Refused(SimVersion version, Box box, Throwable cause) implements Entry {}

  /// The user took a tensor as it is.
  record Accepted(SimVersion version) implements Entry {}

  final List<Entry> entries = new ArrayList<>();

  void admitted(SimTask task) {
    entries.add(new Admitted(task));
  }

  void refused(SimVersion version, Box box, Throwable cause) {
    entries.add(new Refused(version, box, cause));
  }

  void accepted(SimVersion version) {
    entries.add(new Accepted(version));
  }
}
