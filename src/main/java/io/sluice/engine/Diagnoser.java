package io.sluice.engine;

import io.sluice.error.Diagnosis;
import io.sluice.error.Diagnosis.Reason;
import io.sluice.task.TaskState;
import org.jspecify.annotations.Nullable;

/// Says why something does not move: a reason, the bytes, who holds them, and the knob to turn.
///
/// **Confinement.** Owned by the scheduler's drain loop. Linear in the live slots.
final class Diagnoser {
  private static final String OUT_OF_TURN_KNOB =
      "use submit(...) or submitScoped(...) if the order of results does not matter, or raise"
          + " Sluice.builder().";

  private final Core core;
  private final Admission admission;
  private final Dispatcher dispatcher;
  private final Runs runs;
  private final Replacements replacements;

  Diagnoser(
      Core core, Admission admission, Dispatcher dispatcher, Runs runs, Replacements replacements) {
    this.core = core;
    this.admission = admission;
    this.dispatcher = dispatcher;
    this.runs = runs;
    this.replacements = replacements;
  }

  /// What stands in the way of the runtime as a whole, the nearest cause first.
  Diagnosis overall() {
    Source waiting = admission.longestWaiting();
    if (waiting != null) {
      return claim(waiting);
    }
    Run full = runs.firstAtMaxInFlight();
    if (full != null && full.undecidedCount > 0) {
      return maxInFlight(full);
    }
    Diagnosis subscriber = subscriber();
    if (subscriber != null) {
      return subscriber;
    }
    if (dispatcher.readyCount() > 0) {
      return simple(
          Reason.NO_IDLE_WORKER,
          Text.of(
              "%,d ready task(s) wait while %,d member(s) run",
              dispatcher.readyCount(), dispatcher.busyCount()),
          "give the pool more workers");
    }
    if (replacements.count() > 0 && !dispatcher.movesByItself()) {
      return simple(
          Reason.KERNEL_RUNNING,
          replacements.inWords(),
          "let the kernel look at isCancelled(), or set a cancelPolicy(...) that interrupts");
    }
    if (dispatcher.busyCount() > 0) {
      return simple(
          Reason.MOVING, Text.of("%,d member(s) run", dispatcher.busyCount()), "wait for them");
    }
    if (core.restingCount > 0) {
      return simple(
          Reason.WAITING_FOR_RETRY,
          Text.of("%,d task(s) wait to be tried again", core.restingCount),
          "wait for them, or shorten the back-off of Task.retry(...)");
    }
    return core.drainIsWaiting ? drain() : standing();
  }

  private Diagnosis standing() {
    if (core.unsettledCount > 0) {
      return simple(
          Reason.WAITING_FOR_PRODUCER,
          Text.of("%,d task(s) wait for open results of earlier ones", core.unsettledCount),
          "close results sooner");
    }
    if (core.openResultCount > 0) {
      return simple(
          Reason.RESULT_HELD,
          Text.of("%,d open result(s) hold bytes", core.openResultCount),
          "close results, or use a reader");
    }
    return core.openRunCount > 0
        ? simple(
            Reason.SOURCE_IDLE,
            Text.of("%,d open run(s) send nothing", core.openRunCount) + namesOfRuns(),
            "look at their publishers")
        : simple(Reason.NOTHING_WAITS, "nothing", "nothing");
  }

  /// Whether a subscriber keeps its results waiting: because it asks for none, or because it does not
  /// come back from its call. The latter shows only while no kernel runs: each call is a moment's wait.
  private @Nullable Diagnosis subscriber() {
    for (Run run : runs.open()) {
      if (waitsForDemand(run)) {
        return slowSubscriber(run);
      }
    }
    boolean still = !isAnyInKernel();
    for (Run run : runs.open()) {
      String thread = still && mayBeBlocked(run) ? deliveringThread(run) : null;
      if (thread != null) {
        return blockedSubscriber(run, thread);
      }
    }
    return null;
  }

  /// Whoever is inside a program, or goes on with one of its results, keeps what comes next waiting.
  private static boolean mayBeBlocked(Run run) {
    return run.undeliveredCount() > 0 || run.failureMode() == FailureMode.PROGRAM;
  }

  private @Nullable String deliveringThread(Run run) {
    return core.effects.witness().deliveringThread(run);
  }

  private boolean waitsForDemand(Run run) {
    long outOfTurn = run.turns == null ? 0 : run.turns.completedCount();
    return run.undeliveredCount() > outOfTurn && !core.effects.witness().hasDemand(run);
  }

  private boolean isAnyInKernel() {
    boolean[] found = new boolean[1];
    core.slots.forEach(slot -> found[0] |= slot.runningMemberCount > 0 && isInKernel(slot));
    return found[0];
  }

  private boolean isInKernel(Slot slot) {
    for (int member = 0; member < slot.task.memberCount(); member++) {
      if (core.effects.witness().isInKernel(slot, member)) {
        return true;
      }
    }
    return false;
  }

  private Diagnosis blockedSubscriber(Run run, String thread) {
    if (run.failureMode() == FailureMode.PROGRAM) {
      return simple(
          Reason.SUBSCRIBER_BLOCKS,
          Text.of(
              "the program of %s, or what goes on with one of its results, has thread %s",
              run, thread),
          "put publishOn(...) behind Orchestrator.submit(...), or do less there");
    }
    return simple(
        Reason.SUBSCRIBER_BLOCKS,
        Text.of(
            "the subscriber or reader of %s has thread %s, with %,d result(s) not handed over",
            run, thread, run.undeliveredCount()),
        "put publishOn(...) behind the run, or do less in onNext");
  }

  private Diagnosis maxInFlight(Run run) {
    Turns turns = run.turns;
    int early = turns == null ? 0 : turns.completedCount();
    if (turns != null && early > 0 && early == run.undeliveredCount()) {
      return simple(
          Reason.OUT_OF_TURN,
          Text.of(
              "%s has as many tasks in flight as it may: %,d not decided, %,d results behind %s",
              run, run.undecidedCount, early, inWords(turns.firstSlot())),
          OUT_OF_TURN_KNOB + "maxInFlight(...)");
    }
    return simple(
        Reason.MAX_IN_FLIGHT,
        Text.of(
            "%s has as many tasks in flight as it may: %,d not decided, %,d results not delivered",
            run, run.undecidedCount, run.undeliveredCount()),
        "request more results, or raise Sluice.builder().maxInFlight(...)");
  }

  private static String inWords(@Nullable Slot first) {
    if (first == null) {
      return "nobody";
    }
    return first + (first.state == TaskState.RUNNING ? ", which runs" : ", which does not run yet");
  }

  private Diagnosis slowSubscriber(Run run) {
    return simple(
        Reason.SUBSCRIBER_SLOW,
        Text.of("%,d result(s) of %s wait for their subscriber", run.undeliveredCount(), run),
        "request more, or do less in onNext");
  }

  /// What a drain waits for.
  Diagnosis drain() {
    StringBuilder holders = new StringBuilder();
    append(holders, core.openRunCount, "open run(s)" + namesOfRuns());
    append(holders, core.unsettledCount, "task(s) that have not stopped" + nameOfRunning());
    append(holders, core.openResultCount, "open result(s)");
    append(holders, core.slots.count() - core.unsettledCount, "slab(s) held behind them");
    String holder = holders.isEmpty() ? "nothing" : holders.toString();
    return simple(
        Reason.DRAIN_WAITS_FOR,
        holder,
        "end the runs, close the results, or use disposeGracefully(...)");
  }

  private static void append(StringBuilder to, long count, String what) {
    if (count > 0) {
      to.append(to.isEmpty() ? "" : ", ").append(Text.of("%,d ", count)).append(what);
    }
  }

  private String namesOfRuns() {
    StringBuilder names = new StringBuilder();
    int left = 3;
    for (Run run : runs.open()) {
      if (left-- > 0) {
        names.append(names.isEmpty() ? " (" : ", ").append(run);
      }
    }
    return names.isEmpty() ? "" : names.append(')').toString();
  }

  private String nameOfRunning() {
    if (replacements.count() > 0) {
      return " (" + replacements.inWords() + ")";
    }
    Slot running = firstRunning();
    return running == null ? "" : " (one runs: " + running + ")";
  }

  private @Nullable Slot firstRunning() {
    Slot[] found = new Slot[1];
    core.slots.forEach(
        slot -> {
          if (slot.runningMemberCount > 0
              && (found[0] == null || slot.sequence < found[0].sequence)) {
            found[0] = slot;
          }
        });
    return found[0];
  }

  /// Why the oldest task of a source does not get its bytes.
  Diagnosis claim(Source source) {
    Holders holders = new Holders(source.run);
    core.slots.forEach(holders::add);
    Reason reason = reasonOf(source, holders);
    if (reason == Reason.RUN_LIMIT) {
      return runLimit(source);
    }
    String holder = holders.inWords();
    String knob =
        reason == Reason.SUBSCRIBER_SLOW
            ? "request more results, or use a reader that lets go of them"
            : holders.knob(source);
    String sentence =
        Text.of(
            "it needs %,d bytes, %,d of %,d are free and the longest free run has %,d (%s); held by"
                + " %s; %s",
            source.neededBytes,
            core.heap.freeBytes(),
            core.heap.capacityBytes(),
            core.heap.largestFreeRunBytes(),
            reason,
            holder,
            knob);
    return new Diagnosis(
        reason,
        source.neededBytes,
        core.heap.freeBytes(),
        core.heap.largestFreeRunBytes(),
        holder,
        knob,
        sentence);
  }

  private Diagnosis runLimit(Source source) {
    Holders own = new Holders(source.run);
    source.run.forEachSlot(own::add);
    String holder = own.inWords();
    String knob = own.ownScopeBytes > 0 ? "use smaller scopes, declare lastUse(...), or " : "";
    knob += "raise RunOptions.heapLimit(...)";
    String sentence =
        Text.of(
            "it needs %,d bytes, and %s holds %,d of its limit of %,d (%s); held by %s; %s",
            source.neededBytes,
            source.run,
            source.run.heapBytes,
            source.run.heapLimitBytes,
            Reason.RUN_LIMIT,
            holder,
            knob);
    return new Diagnosis(
        Reason.RUN_LIMIT,
        source.neededBytes,
        core.heap.freeBytes(),
        core.heap.largestFreeRunBytes(),
        holder,
        knob,
        sentence);
  }

  private Reason reasonOf(Source source, Holders holders) {
    if (!source.run.hasRoomFor(source.neededBytes)) {
      return Reason.RUN_LIMIT;
    }
    if (admission.isKeptFromBytes(source)
        && core.heap.largestFreeRunBytes() >= source.neededBytes) {
      return Reason.RESERVED;
    }
    if (holders.outOfTurnBytes > 0 && holders.outOfTurnBytes >= core.heap.usedBytes() / 2) {
      return Reason.OUT_OF_TURN;
    }
    if (holders.runningBytes > 0 && hasTimedOut(source)) {
      return Reason.KERNEL_RUNNING;
    }
    if (holders.ownResultBytes > 0
        && holders.runningBytes == 0
        && core.heap.freeBytes() + holders.ownResultBytes >= source.neededBytes) {
      return waitsForDemand(source.run) ? Reason.SUBSCRIBER_SLOW : Reason.RESULT_HELD;
    }
    return core.heap.freeBytes() >= source.neededBytes ? Reason.FRAGMENTED : Reason.HEAP_FULL;
  }

  private boolean hasTimedOut(Source source) {
    long sinceNs = Math.max(source.waitingSinceNs, core.lastProgressNs);
    return core.now() - sinceNs >= core.config.allocationTimeoutNs();
  }

  private Diagnosis simple(Reason reason, String holder, String knob) {
    return new Diagnosis(
        reason,
        0,
        core.heap.freeBytes(),
        core.heap.largestFreeRunBytes(),
        holder,
        knob,
        reason + ": " + holder + "; " + knob);
  }

  /// The live slabs by what holds them.
  private static final class Holders {
    private final Run asking;
    private long runningBytes;
    private @Nullable Slot running;
    private long ownScopeBytes;
    private long otherScopeBytes;
    private @Nullable Slot otherScope;
    private long ownResultBytes;
    private long outOfTurnBytes;
    private long otherResultBytes;
    private @Nullable Slot otherResult;

    Holders(Run asking) {
      this.asking = asking;
    }

    void add(Slot slot) {
      if (slot.slabTicket == HeapSpace.NONE) {
        return;
      }
      if (slot.inScope) {
        addScope(slot, slot.source.scope);
      } else if (!slot.settled) {
        addRunning(slot);
      } else {
        addResult(slot);
      }
    }

    private void addScope(Slot slot, Scope scope) {
      if (scope.run == asking) {
        ownScopeBytes += slot.slabBytes;
      } else {
        otherScopeBytes += slot.slabBytes;
        otherScope = slot;
      }
      if (slot.runningMemberCount > 0) {
        running = slot;
      }
    }

    private void addRunning(Slot slot) {
      runningBytes += slot.slabBytes;
      running = slot.runningMemberCount > 0 || running == null ? slot : running;
    }

    private void addResult(Slot slot) {
      if (slot.turn() != null && slot.run == asking) {
        outOfTurnBytes += slot.slabBytes;
      } else if (slot.run == asking) {
        ownResultBytes += slot.slabBytes;
      } else {
        otherResultBytes += slot.slabBytes;
        otherResult = slot;
      }
    }

    String inWords() {
      StringBuilder words = new StringBuilder();
      add(words, ownScopeBytes, "scopes of " + asking);
      add(words, otherScopeBytes, "scopes of " + (otherScope == null ? "" : otherScope.run));
      add(words, runningBytes, "tasks that have not ended");
      add(words, outOfTurnBytes, outOfTurn());
      add(words, ownResultBytes, "open results or readers of " + asking);
      add(
          words,
          otherResultBytes,
          "open results or readers of " + (otherResult == null ? "" : otherResult.run));
      if (running != null) {
        words.append(", while ").append(running).append(" runs");
      }
      return words.isEmpty() ? "nobody" : words.toString();
    }

    private String outOfTurn() {
      return asking.turns == null
          ? ""
          : "results of %s behind %s"
              .formatted(asking, Diagnoser.inWords(asking.turns.firstSlot()));
    }

    private static void add(StringBuilder to, long bytes, String who) {
      if (bytes > 0) {
        to.append(to.isEmpty() ? "" : ", ").append(Text.of("%s (%,d bytes)", who, bytes));
      }
    }

    String knob(Source source) {
      if (ownScopeBytes >= Math.max(ownResultBytes, runningBytes) && ownScopeBytes > 0) {
        return source.scope.depth() == 1
            ? "use submitScoped with smaller scopes, declare lastUse(...), or raise"
                + " Sluice.builder().heap(...)"
            : "use smaller scopes, declare lastUse(...), or raise Sluice.builder().heap(...)";
      }
      if (outOfTurnBytes > ownResultBytes) {
        return OUT_OF_TURN_KNOB + "heap(...)";
      }
      if (ownResultBytes > 0) {
        return "close results sooner, use a reader, or raise Sluice.builder().heap(...)";
      }
      if (ownScopeBytes + otherScopeBytes > 0) {
        return "raise Sluice.builder().heap(...), use smaller scopes, or, where tasks that run will"
            + " give back enough, raise Sluice.builder().allocationTimeout(...)";
      }
      return "raise Sluice.builder().heap(...) or Sluice.builder().allocationTimeout(...)";
    }
  }
}
