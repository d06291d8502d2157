package io.sluice.engine;

import io.sluice.error.AdmissionStalledException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds a waiting claim that can never be served, and refuses it.
///
/// A scope can't end before the claims that wait in it. So the slabs held by such scopes are taken as
/// fixed and all else as free; a claim that fits then, and its run's limit, may be served one day, its
/// scope may end, and is no reason to take slabs as fixed any more. What is left when nothing changes waits for
/// itself: a greatest fixed point. If runs block only each other, the youngest is the one to fail.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class StallFinder {
  private final Core core;
  private final Admission admission;
  private final Diagnoser diagnoser;

  StallFinder(Core core, Admission admission, Diagnoser diagnoser) {
    this.core = core;
    this.admission = admission;
    this.diagnoser = diagnoser;
  }

  /// Refuses one, if there may be any and there is.
  ///
  /// @return whether it did, so that there may be another
  boolean refuseOneIfDue() {
    boolean due = core.stallCheckDue && !admission.isIdle();
    core.stallCheckDue = false;
    Source victim = due ? find() : null;
    if (victim == null) {
      return false;
    }
    core.stallCheckDue = true;
    String name = victim.waiting.element().name();
    admission.refuseWaiting(victim, new AdmissionStalledException(name, diagnoser.claim(victim)));
    return true;
  }

  /// The source whose oldest task is to be refused; null if none is stalled for sure.
  ///
  /// Looks only when a waiting run has nothing in flight: before, something may still move, and the
  /// look costs time linear in the live slabs.
  private @Nullable Source find() {
    if (!aRunStandsStill()) {
      return null;
    }
    List<Source> stalled = waitingForBytes();
    while (stalled.removeIf(roomBeside(stalled)::holds)) {
      // those left may need what those removed no longer fix
    }
    return victimOf(stalled);
  }

  private boolean aRunStandsStill() {
    for (Run run : admission.waitingRuns()) {
      if (run.unsettledCount == 0 && run.bytesWaiterCount > 0) {
        return true;
      }
    }
    return false;
  }

  private List<Source> waitingForBytes() {
    List<Source> waiting = new ArrayList<>();
    for (Run run : admission.waitingRuns()) {
      for (Source source : run.waitingSources) {
        if (source.waitsForBytes) {
          waiting.add(source);
        }
      }
    }
    return waiting;
  }

  /// What is left beside the slabs that scopes hold in which one of these claims waits.
  private Room roomBeside(List<Source> waiting) {
    Room room = new Room();
    Set<Scope> scopes = new HashSet<>();
    for (Source source : waiting) {
      Scope scope = source.scope;
      // Those that hold nothing add nothing, and are many where thousands of runs wait.
      while (scope != null && (scope.first == null || scopes.add(scope))) {
        for (Slot slot = scope.first; slot != null; slot = slot.scopeNext) {
          room.fix(slot);
        }
        scope = scope.parent;
      }
    }
    return room;
  }

  private @Nullable Source victimOf(List<Source> stalled) {
    Source victim = null;
    for (Source source : stalled) {
      if (isStalledByItself(source, stalled)) {
        return source;
      }
      if (victim == null || source.run.number() > victim.run.number()) {
        victim = source;
      }
    }
    return victim;
  }

  private boolean isStalledByItself(Source source, List<Source> stalled) {
    List<Source> own = stalled.stream().filter(other -> other.run == source.run).toList();
    return !roomBeside(own).holds(source);
  }

  /// What fits beside slabs that are taken as fixed. A claim fits if a larger one does, so the heap is
  /// looked through for few of many claims: thousands of runs may wait at once.
  private final class Room {
    private final Set<Long> fixed = new HashSet<>();
    private final IdentityHashMap<Run, Long> fixedBytes = new IdentityHashMap<>();
    private long fittingBytes;
    private long tooLargeBytes = Long.MAX_VALUE;

    void fix(Slot slot) {
      fixed.add(slot.slabTicket);
      fixedBytes.merge(slot.run, slot.slabBytes, Long::sum);
    }

    boolean holds(Source source) {
      return isWithinItsLimit(source) && fits(source.neededBytes);
    }

    private boolean isWithinItsLimit(Source source) {
      long ownBytes = fixedBytes.getOrDefault(source.run, 0L);
      return source.neededBytes <= source.run.heapLimitBytes - ownBytes;
    }

    private boolean fits(long bytes) {
      if (bytes > fittingBytes && bytes < tooLargeBytes) {
        look(bytes);
      }
      return bytes <= fittingBytes;
    }

    private void look(long bytes) {
      if (core.heap.couldReserve(bytes, fixed::contains)) {
        fittingBytes = bytes;
      } else {
        tooLargeBytes = bytes;
      }
    }
  }
}
