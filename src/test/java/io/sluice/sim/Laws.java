package io.sluice.sim;

import io.sluice.config.HeapPolicy;
import io.sluice.engine.HeapSpace;
import io.sluice.engine.RunDemand;
import io.sluice.engine.Source;
import io.sluice.task.Task;
import io.sluice.task.TaskState;
import java.util.ArrayList;
import java.util.List;

/// What must hold between any two events.
final class Laws {
  private final World world;
  private Source reservedFor;
  private Task reservedTask;

  Laws(World world) {
    this.world = world;
  }

  /// Sees what was consumed, before a drain may reset all.
  void beforeSettle() {
    checkTasks();
  }

  void check() {
    checkTasks();
    if (world.bytesOnly) {
      return;
    }
    checkHeap();
    world.turns.look();
    world.runs.forEach(this::checkRun);
    checkReservation();
    world.runs.forEach(this::checkRoomKept);
    checkPools();
    checkStalls();
    Broken.unless(
        world.engine.busyWorkerCount() == world.members.size(), "the engine miscounts its workers");
    checkReplacements();
    checkDrain();
  }

  private void checkTasks() {
    List<SimTask> consumed = new ArrayList<>();
    for (SimTask task : world.live) {
      checkTask(task);
      if (task.slot.state() == TaskState.CONSUMED) {
        consumed.add(task);
      }
    }
    for (SimTask task : consumed) {
      task.consumed = true;
    }
    world.live.removeAll(consumed);
    Broken.unless(
        world.bytesOnly || world.engine.liveSlotCount() == world.live.size(),
        "law 4: %d slots live, should be %s",
        world.engine.liveSlotCount(),
        world.live);
  }

  private void checkTask(SimTask task) {
    TaskState state = task.slot.state();
    if (!world.bytesOnly) {
      task.attempts.check();
    }
    if (state.isTerminal()) {
      if (task.told == null && task.run().isOutOfTurn(task)) {
        task.wasOutOfTurn = true;
        world.situations.count(Situation.OUT_OF_TURN);
      } else if (task.told == null) {
        Broken.unless(
            task.run().stopped && task.slot.cause() == null && task.attempts.runningMembers == 0,
            "law 4: the end of %s was told to nobody",
            task);
        task.told = TaskState.CONSUMED;
        task.run().undecided.remove(task);
      }
    } else if (!world.bytesOnly) {
      boolean waiting = task.isWaiting();
      Broken.unless(
          (waiting || task.attempts.resting) == (state == TaskState.PENDING),
          "law 1: %s should wait for %s %s",
          task,
          task.waits,
          task.waitsAfter);
      Broken.unless(
          (state == TaskState.RUNNING)
              == (task.attempts.runningMembers + task.attempts.finishedMembers > 0
                  && !task.attempts.resting),
          "law 4: %s has %d members running",
          task,
          task.attempts.runningMembers);
      Broken.unless(
          !task.run().stopped || task.attempts.runningMembers > 0, "law 8: %s goes on", task);
    }
    Broken.unless(
        world.bytesOnly || task.isHeld() == (state != TaskState.CONSUMED),
        "law 4: %s is %s, but held: %s",
        task,
        state,
        task.isHeld());
  }

  private void checkHeap() {
    long bytes = 0;
    for (SimTask task : world.live) {
      checkSlab(task);
      bytes += task.slot.slabBytes();
    }
    Broken.unless(
        bytes == world.engine.heap().usedBytes() && bytes <= world.scenario.heapBytes,
        "law 2: the heap counts %d bytes, should be %d",
        world.engine.heap().usedBytes(),
        bytes);
    long longest = world.engine.heap().largestFreeRunBytes();
    Broken.unless(
        bytes > 0 || longest == world.scenario.heapBytes,
        "law 3 (H-04): the heap is empty, and serves %d bytes",
        longest);
    if (world.stalls.isKnown()) {
      Broken.unless(
          longest == world.stalls.longestRun(),
          "law 3: the longest free run has %d bytes, not %d",
          world.stalls.longestRun(),
          longest);
    }
  }

  /// What a kernel did not use is free again, but for a ring, which takes it back from the newest only.
  private void checkSlab(SimTask task) {
    long all = 0;
    for (SimVersion version : task.owned) {
      all += HeapSpace.alignedBytes(version.tensor.byteSize());
    }
    long used = task.usedSlabBytes();
    long has = task.slot.slabBytes();
    boolean mayKeep = world.scenario.policy == HeapPolicy.RING;
    Broken.unless(
        has == used || (mayKeep && has == all), "law 2: %s keeps %d of %d bytes", task, has, used);
    if (has < all) {
      world.situations.count(Situation.TAIL_GIVEN_BACK);
    }
  }

  private void checkRun(SimRun run) {
    if (run.closed) {
      return;
    }
    Broken.unless(
        run.run.inFlightCount() == run.undecided.size() + run.undelivered.size(),
        "law 2: %s counts %d in flight, should be %d + %d",
        run,
        run.run.inFlightCount(),
        run.undecided.size(),
        run.undelivered.size());
    Broken.unless(run.stopped || !run.anyToldEarly, "%s tells results out of their turn", run);
    checkDemand(run, run.run.demand());
    Broken.unless(run.ended || run.subscriberGone || !run.isSettled(), "law 7: %s never ends", run);
    if (!run.stopped) {
      run.sources.forEach(this::checkSource);
    }
  }

  private void checkDemand(SimRun run, RunDemand demand) {
    long bytes = world.heapBytes(run);
    Broken.unless(
        bytes == demand.heapBytes() && bytes <= run.heapLimitBytes(),
        "law 2: %s has %d bytes and counts %d, its limit is %d",
        run,
        bytes,
        demand.heapBytes(),
        run.heapLimitBytes());
    long open = 0;
    long waiting = 0;
    for (SimSource source : run.stopped ? List.<SimSource>of() : run.sources) {
      waiting += source.drained ? 0 : source.waiting.size();
      open += source.drained || !source.pulled ? 0 : source.requested - source.sent;
    }
    Broken.unless(
        waiting == demand.waitingCount()
            && run.admittedCount == demand.admittedCount()
            && run.refusedCount == demand.refusedCount()
            && open + waiting + run.admittedCount + run.refusedCount == demand.requestedCount(),
        "law 2: %s has %d tasks asked for and %d that wait, and tells %s",
        run,
        open,
        waiting,
        demand);
  }

  private void checkSource(SimSource source) {
    Broken.unless(
        !(source.ended && source.waiting.isEmpty()) || source.drained, "a source was not drained");
    if (source.drained) {
      return;
    }
    SimRun run = source.run;
    long open = source.requested - source.sent + source.waiting.size();
    Broken.unless(
        source.waiting.size() == source.source.waitingCount(), "a source lost a task: %s", run);
    if (source.pulled) {
      int lookAhead = run.plan.options().lookAheadCount();
      Broken.unless(
          open <= Math.max(1, lookAhead - source.inHandCount),
          "law 2: %d asked for beside %d in hand, the look-ahead is %d",
          open,
          source.inHandCount,
          lookAhead);
      Broken.unless(
          open >= world.lookAhead(source)
              || source.ended
              || !run.isKnownToBeBelowMaxInFlight()
              || world.watches.mayHavePlenty(run),
          "law 3: %s has asked for %d of %d",
          run,
          open,
          lookAhead);
    }
    if (!source.waiting.isEmpty()) {
      checkWait(source);
    }
  }

  private void checkWait(SimSource source) {
    if (!source.run.isKnownToBeBelowMaxInFlight()) {
      world.situations.count(Situation.MAX_IN_FLIGHT_GATE);
      return;
    }
    Task task = source.waiting.element();
    long needed = world.tensors.neededBytes(task);
    long longest = world.engine.heap().largestFreeRunBytes();
    if (needed > 0 && needed > longest) {
      world.situations.count(
          needed > world.engine.heap().freeBytes() ? Situation.HEAP_FULL : Situation.FRAGMENTED);
      return;
    }
    if (!world.hasRoomFor(source.run, needed)) {
      world.situations.count(Situation.RUN_LIMIT);
      return;
    }
    Source holder = world.engine.reservedFor();
    Source sibling = world.engine.reservedFor(source.run.run);
    boolean passesSibling = sibling != null && sibling != source.source;
    if (needed > 0 && passesSibling) {
      world.situations.count(Situation.ROOM_KEPT_FOR_SIBLING);
    }
    Broken.unless(
        needed > 0 && ((holder != null && holder != source.source) || passesSibling),
        "law 3 (H-52): %s of %s needs %d bytes, %d are free, and it waits",
        TaskText.of(task),
        source.run,
        needed,
        longest);
  }

  private void checkReservation() {
    Source holder = world.engine.reservedFor();
    if (holder != reservedFor) {
      if (holder != null) {
        world.situations.count(Situation.RESERVED_BYTES);
      }
      if (reservedFor != null && oldestTask(reservedFor) == reservedTask) {
        world.situations.count(Situation.RESERVATION_LAPSED);
      }
      reservedFor = holder;
      reservedTask = holder == null ? null : oldestTask(holder);
    }
    Broken.unless(
        holder == null || isWithinItsLimit(holder),
        "law 7: bytes are kept for %s, which its own run's limit holds back",
        holder);
    Broken.unless(
        holder == null
            || world.members.stream().anyMatch(member -> !member.task.attempts.abandoned)
            || world.live.stream().anyMatch(task -> task.attempts.resting),
        "law 7: bytes are kept for %s, but nothing that runs could free them",
        holder);
  }

  private void checkRoomKept(SimRun run) {
    Source next = world.engine.reservedFor(run.run);
    if (next == null) {
      return;
    }
    Source holder = world.engine.reservedFor();
    Broken.unless(!run.stopped, "law 3: %s keeps room, and has stopped", run);
    Broken.unless(oldestTask(next) != null, "law 3: %s keeps room for nobody", run);
    Broken.unless(
        holder == null || holder == next || holder.run() != run.run,
        "law 7: bytes are kept for %s, which a sibling's turn keeps from them",
        holder);
    Broken.unless(
        world.members.stream().anyMatch(member -> !member.task.attempts.abandoned)
            || world.live.stream().anyMatch(task -> task.attempts.resting),
        "law 7: room is kept for %s, but nothing that runs could make it",
        next);
  }

  private boolean isWithinItsLimit(Source holder) {
    Task task = oldestTask(holder);
    SimRun run = ((SimSource) holder.attachment()).run;
    return task == null || world.hasRoomFor(run, world.tensors.neededBytes(task));
  }

  private static Task oldestTask(Source source) {
    return ((SimSource) source.attachment()).waiting.peek();
  }

  /// A worker whose kernel was given up gets another thread, once.
  private void checkReplacements() {
    int count = 0;
    for (Member member : world.members) {
      if (member.task.attempts.abandoned) {
        count++;
        Broken.unless(
            world.members.stream().anyMatch(m -> m.replacementWanted && m.isOnSameWorker(member)),
            "nobody asks for another worker in the place of %s",
            member);
      }
    }
    Broken.unless(world.engine.unreturnedCount() == count, "%d kernels were given up", count);
  }

  private void checkPools() {
    for (int pool = 0; pool < world.busy.length; pool++) {
      checkPool(pool);
    }
    world.watches.lookForNext();
  }

  private void checkPool(int pool) {
    List<SimTask> ready = new ArrayList<>();
    for (SimTask task : world.live) {
      if (task.slot.state() == TaskState.READY
          && world.scenario.pools.indexOf(world.tensors.pool(task.task)) == pool) {
        ready.add(task);
      }
    }
    int idle = 0;
    for (int held : world.busy[pool]) {
      idle += held > 0 ? 0 : 1;
    }
    world.watches.look(pool, idle > 0 && ready.stream().anyMatch(Laws::isForAnyWorker));
    boolean groups = ready.stream().anyMatch(task -> task.task.memberCount() > 1);
    for (SimTask task : ready) {
      checkReady(task, pool, idle, groups);
    }
  }

  private static boolean isForAnyWorker(SimTask task) {
    return task.task.memberCount() == 1 && task.task.exactWorker(0) < 0;
  }

  private void checkReady(SimTask task, int pool, int idle, boolean groups) {
    int members = task.task.memberCount();
    int exact = task.task.exactWorker(0);
    if (members > 1) {
      world.situations.count(Situation.GROUP_WAITED_FOR_WORKERS);
      Broken.unless(idle < world.busy[pool].length, "%s waits for an idle pool", task);
    } else if (!groups) {
      boolean left = exact < 0 && world.watches.mayWait(pool);
      boolean free = exact < 0 ? idle > 0 && !left : world.busy[pool][exact] == 0;
      Broken.unless(!free, "%s waits, but its worker is idle", task);
    }
  }

  /// Once nothing is in flight and no result is out, what can never be served must be an error.
  private void checkStalls() {
    if (!world.stalls.isKnown()
        || !world.inHand.isEmpty()
        || !world.live.stream().allMatch(SimTask::isSettled)
        || world.runs.stream().anyMatch(run -> !run.undelivered.isEmpty() || run.isReportDue)) {
      return;
    }
    Broken.unless(
        world.stalls.stalled(null, null).isEmpty(),
        "law 7: a claim is stalled, and nobody is told");
  }

  private void checkDrain() {
    if (world.drainWaiters.isEmpty()) {
      return;
    }
    Broken.unless(!world.isQuiescent(), "law 5: all is quiet, and a drain waits");
    for (Member member : world.members) {
      if (member.task.isDecided() && member.task.attempts.abandoned) {
        world.situations.count(Situation.DRAIN_WAITS_FOR_KERNEL);
      }
    }
    for (SimRun run : world.runs) {
      if (run.sources.stream().anyMatch(source -> !source.waiting.isEmpty())) {
        world.situations.count(Situation.DRAIN_RACES_CLAIM);
      }
    }
  }
}
