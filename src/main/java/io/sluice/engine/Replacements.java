package io.sluice.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Kernels that were given up and have not returned, and who takes the place of their workers.
///
/// A worker is taken until its kernel returns, or until the shell has put another thread in its place:
/// then it is idle again. One replacement at a time for each worker: a second kernel given up on it
/// keeps it taken until the first one has returned.
///
/// **Bound.** Two for each worker.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Replacements {
  private final Core core;
  private final List<Unreturned> unreturned = new ArrayList<>();

  Replacements(Core core) {
    this.core = core;
  }

  /// A member's kernel was given up.
  void wanted(Slot slot, int member) {
    Unreturned kernel = new Unreturned(slot, member, slot.worker(member));
    unreturned.add(kernel);
    askFor(kernel);
  }

  private void askFor(Unreturned kernel) {
    for (Unreturned other : unreturned) {
      if (other.isAsked && other.isOnSameWorker(kernel)) {
        return;
      }
    }
    kernel.isAsked = true;
    core.effects.abandoned(kernel.slot, kernel.member);
  }

  /// Another thread has taken the place of the member's worker.
  ///
  /// @return whether that worker is idle now; not if its kernel has returned meanwhile
  boolean replaced(Slot slot, int member, int attempt) {
    Unreturned kernel = find(slot, member);
    if (kernel == null || attempt != slot.attempt() || kernel.isReplaced) {
      return false;
    }
    kernel.isReplaced = true;
    return true;
  }

  /// A member's kernel has returned after all.
  ///
  /// @return whether its worker was replaced, and so isn't freed by this
  boolean returned(Slot slot, int member) {
    Unreturned kernel = find(slot, member);
    if (kernel == null) {
      return false;
    }
    unreturned.remove(kernel);
    Unreturned next = kernel.isAsked ? findOnWorkerOf(kernel) : null;
    if (next != null) {
      askFor(next);
    }
    return kernel.isReplaced;
  }

  private @Nullable Unreturned find(Slot slot, int member) {
    for (Unreturned kernel : unreturned) {
      if (kernel.slot == slot && kernel.member == member) {
        return kernel;
      }
    }
    return null;
  }

  private @Nullable Unreturned findOnWorkerOf(Unreturned gone) {
    for (Unreturned kernel : unreturned) {
      if (kernel.isOnSameWorker(gone)) {
        return kernel;
      }
    }
    return null;
  }

  /// How many kernels were given up and have not returned.
  int count() {
    return unreturned.size();
  }

  /// The kernel given up first, in words; empty if there is none.
  String inWords() {
    if (unreturned.isEmpty()) {
      return "";
    }
    Unreturned first = unreturned.getFirst();
    return Text.of(
        "%s on %s-%d was given up and has not returned",
        first.slot, core.config.pools().get(first.slot.poolIndex).name(), first.worker);
  }

  /// A kernel that was given up.
  private static final class Unreturned {
    final Slot slot;
    final int member;
    final int worker;
    boolean isAsked;
    boolean isReplaced;

    Unreturned(Slot slot, int member, int worker) {
      this.slot = slot;
      this.member = member;
      this.worker = worker;
    }

    boolean isOnSameWorker(Unreturned other) {
      return worker == other.worker && slot.poolIndex == other.slot.poolIndex;
    }
  }
}
