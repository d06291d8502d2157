package io.sluice.engine;

import org.jspecify.annotations.Nullable;

/// A stretch of submission that holds what could still be read: each task in it that owns a slab,
/// until the scope ends, its last version is superseded or its last use was declared.
///
/// **Confinement.** Owned by the scheduler's drain loop.
public final class Scope {
  /// How deep scopes nest; a run's outer scope is the first level.
  public static final int MAX_DEPTH = 64;

  final Run run;
  final @Nullable Scope parent;
  final int depth;

  /// Waiting claims in this scope and those inside it.
  int waitingClaimCount;

  boolean ended;
  @Nullable Slot first;
  @Nullable Slot last;
  @Nullable Scope runNext;
  @Nullable Scope runPrevious;

  Scope(Run run, @Nullable Scope parent) {
    this.run = run;
    this.parent = parent;
    this.depth = parent == null ? 1 : parent.depth + 1;
  }

  public Run run() {
    return run;
  }

  /// How deep it lies; the run's outer scope is at 1.
  public int depth() {
    return depth;
  }

  public boolean isEnded() {
    return ended;
  }

  /// Holds a slot until the scope ends; not at all if it has ended while the claim was waiting.
  void hold(Slot slot) {
    if (ended) {
      slot.scopeEnded = true;
      return;
    }
    slot.inScope = true;
    slot.holdCount++;
    slot.scopePrevious = last;
    if (last == null) {
      first = slot;
    } else {
      last.scopeNext = slot;
    }
    last = slot;
  }

  /// Takes a slot off the list; the caller then gives its hold back.
  void unlink(Slot slot) {
    Slot before = slot.scopePrevious;
    Slot behind = slot.scopeNext;
    if (before == null) {
      first = behind;
    } else {
      before.scopeNext = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      behind.scopePrevious = before;
    }
    slot.scopeNext = null;
    slot.scopePrevious = null;
    slot.inScope = false;
  }

  void addWaitingClaims(int delta) {
    for (Scope scope = this; scope != null; scope = scope.parent) {
      scope.waitingClaimCount += delta;
    }
  }
}
