package io.sluice.task;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/// What a [TaskTicket] can be had for, and what the engine keeps of it while there is none: hardly any
/// task is named in the `after` of another one.
abstract class Ticketed {
  private static final AtomicReferenceFieldUpdater<Ticketed, @Nullable Object> RECORD =
      AtomicReferenceFieldUpdater.newUpdater(Ticketed.class, Object.class, "record");

  /// The ticket, made by whichever thread needs it first; before, the engine's record, which the ticket
  /// then takes over.
  private volatile @Nullable Object record;

  abstract String name();

  final TaskTicket ticket() {
    while (true) {
      Object found = record;
      if (found instanceof TaskTicket known) {
        return known;
      }
      TaskTicket fresh = new TaskTicket(name(), found);
      if (RECORD.compareAndSet(this, found, fresh)) {
        return fresh;
      }
    }
  }

  /// What the engine keeps of its admissions; null if there was none.
  final @Nullable Object engineRecord() {
    Object found = record;
    return found instanceof TaskTicket known ? known.engineRecord() : found;
  }

  /// Keeps another record. The engine's thread.
  final void engineRecord(Object newRecord) {
    Object found = record;
    if (found instanceof TaskTicket || !RECORD.compareAndSet(this, found, newRecord)) {
      ticket().engineRecord(newRecord);
    }
  }
}
