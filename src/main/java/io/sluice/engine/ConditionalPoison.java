package io.sluice.engine;

import io.sluice.task.Box;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A failure that reaches a reader only where no later `OUT_EXISTING` completed over it.
///
/// Kept by a reader that was admitted while both the earlier writer (or its poison) and the later
/// `OUT_EXISTING` writer were in the map; decided when the reader has nothing more to wait for.
final class ConditionalPoison {
  private final Box region;
  private final @Nullable Slot writer;
  private final @Nullable Throwable poison;
  private final List<AccessPart> coverParts = new ArrayList<>();
  private final List<Slot> coverSlots = new ArrayList<>();
  final @Nullable ConditionalPoison next;

  ConditionalPoison(Box region, AccessPart part, @Nullable ConditionalPoison next) {
    this.region = region;
    this.writer = part.node instanceof Slot slot ? slot : null;
    this.poison = part.node instanceof Poison found ? found.cause() : null;
    this.next = next;
  }

  void coveredBy(AccessPart part, Slot slot) {
    coverParts.add(part);
    coverSlots.add(slot);
  }

  boolean hasCovers() {
    return !coverParts.isEmpty();
  }

  /// Why the reader fails; null if it does not.
  @Nullable Throwable cause() {
    Throwable cause = writer == null ? poison : writer.cause();
    return cause == null || isCovered() ? null : cause;
  }

  private boolean isCovered() {
    List<Box> rest = List.of(region);
    for (int i = 0; i < coverParts.size() && !rest.isEmpty(); i++) {
      if (completed(coverSlots.get(i))) {
        rest = without(rest, coverParts.get(i).box());
      }
    }
    return rest.isEmpty();
  }

  private static boolean completed(Slot slot) {
    return !slot.failed()
        && (slot.state == TaskState.COMPLETED || slot.state == TaskState.CONSUMED);
  }

  private static List<Box> without(List<Box> boxes, Box cover) {
    List<Box> rest = new ArrayList<>();
    for (Box box : boxes) {
      rest.addAll(box.minus(cover));
    }
    return rest;
  }
}
