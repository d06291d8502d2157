package io.sluice.sim;

import io.sluice.config.HeapPolicy;
import io.sluice.task.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which waiting claims can never be served, worked out from the design's words: a scope can't end
/// before the claims that wait in it, so what it holds is fixed and all else is free.
///
/// Only for a first-fit heap, where the slabs that are fixed say all about the room between them.
final class Stalls {
  private final World world;

  Stalls(World world) {
    this.world = world;
  }

  boolean isKnown() {
    return world.scenario.policy == HeapPolicy.FIRST_FIT;
  }

  /// The sources whose oldest task is stalled; `extra` waits in `of` as well, at the front.
  Set<SimSource> stalled(SimSource of, Task extra) {
    Map<SimSource, Long> waiting = new HashMap<>();
    for (SimRun run : world.runs) {
      for (SimSource source : run.stopped ? List.<SimSource>of() : run.sources) {
        Task task = source == of ? extra : source.waiting.peek();
        long needed = task == null ? 0 : world.tensors.neededBytes(task);
        if (needed > 0) {
          waiting.put(source, needed);
        }
      }
    }
    int before;
    do {
      before = waiting.size();
      List<SimVersion> fixed = fixed(waiting.keySet());
      waiting.entrySet().removeIf(claim -> fits(claim.getKey().run, claim.getValue(), fixed));
    } while (waiting.size() < before);
    return waiting.keySet();
  }

  private List<SimVersion> fixed(Set<SimSource> waiting) {
    Set<SimScope> scopes = new HashSet<>();
    for (SimSource source : waiting) {
      for (SimScope scope = source.scope; scope != null; scope = scope.parent) {
        scopes.add(scope);
      }
    }
    List<SimVersion> fixed = new ArrayList<>();
    for (SimTask task : world.live) {
      if (scopes.contains(task.source.scope)
          && task.owned.stream().anyMatch(SimVersion::isHeldByScope)) {
        fixed.addAll(task.owned);
      }
    }
    return fixed;
  }

  private boolean fits(SimRun run, long needed, List<SimVersion> fixed) {
    long own = 0;
    for (SimVersion version : fixed) {
      long bytes = version.owner.endOf(version) - version.version.offsetBytes();
      own += version.owner.run() == run ? bytes : 0;
    }
    return own + needed <= run.heapLimitBytes() && longestRun(fixed) >= needed;
  }

  /// The longest run of bytes that no live slab takes.
  long longestRun() {
    List<SimVersion> all = new ArrayList<>();
    world.live.forEach(task -> all.addAll(task.owned));
    return longestRun(all);
  }

  private long longestRun(List<SimVersion> taken) {
    taken.sort(Comparator.comparingLong(version -> version.version.offsetBytes()));
    long longest = 0;
    long free = 0;
    for (SimVersion version : taken) {
      long start = version.version.offsetBytes();
      if (version.owner.endOf(version) == start) {
        continue;
      }
      longest = Math.max(longest, start - free);
      free = Math.max(free, version.owner.endOf(version));
    }
    return Math.max(longest, world.scenario.heapBytes - free);
  }
}
