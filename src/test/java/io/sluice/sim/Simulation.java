package io.sluice.sim;

import io.sluice.config.CancelPolicy;
import io.sluice.config.DataSize;
import io.sluice.config.RunOptions;
import io.sluice.engine.Engine;
import io.sluice.engine.FailureMode;
import io.sluice.engine.RunPlan;
import io.sluice.task.Shape;
import io.sluice.task.TaskInternals;
import io.sluice.task.UserTensor;
import java.util.ArrayList;
import java.util.List;

/// One random program in one random interleaving: opens runs, feeds them, plays their workers and
/// subscribers until nothing is left to do.
final class Simulation {
  private static final int MOST_STEPS = 100_000;

  private final World world;
  private final Dice dice;
  private final Scenario scenario;
  private final Situations situations;
  private final Laws laws;
  private final TaskMaker maker;
  private final Workers workers;
  private final Subscribers subscribers;
  private final Programs programs;
  private int runsLeft;
  private int odditiesLeft;
  private int drainCount;
  private boolean inside;

  /// Whether the engine has yet to work off what follows from the last steps.
  private boolean isBehind;

  private Simulation(World world, Dice dice) {
    this.world = world;
    this.dice = dice;
    this.scenario = world.scenario;
    this.situations = world.situations;
    this.laws = new Laws(world);
    this.maker = new TaskMaker(world, dice);
    this.workers = new Workers(world, dice);
    this.subscribers = new Subscribers(world, dice);
    this.programs = new Programs(world, dice, maker);
    this.runsLeft = scenario.runCount;
    this.odditiesLeft = scenario.oddities;
  }

  /// Runs the program of a seed to its end; checks nothing but the bytes if so asked.
  ///
  /// @throws AssertionError if a law is broken, with the seed and a command that replays it
  static void run(long seed, Situations situations, boolean bytesOnly) {
    try {
      simulation(seed, situations, new Trace(false), bytesOnly).toTheEnd();
    } catch (Throwable failure) {
      throw replayed(seed, failure, bytesOnly);
    }
  }

  private static Simulation simulation(
      long seed, Situations situations, Trace trace, boolean bytesOnly) {
    Dice dice = new Dice(seed);
    World world = new World(new Scenario(dice), situations, trace, bytesOnly);
    return new Simulation(world, dice);
  }

  /// The same failure with the trace of its last steps.
  private static AssertionError replayed(long seed, Throwable failure, boolean bytesOnly) {
    Simulation again = simulation(seed, new Situations(), new Trace(true), bytesOnly);
    try {
      again.toTheEnd();
    } catch (Throwable same) {
      failure = same;
    }
    return new AssertionError(
        "seed %d, heap %s of %,d bytes, step %d: %s%nreplay: mvn -q -Dtest=SimulatorTest -Dsluice.sim.seed=%d test%n%s"
            .formatted(
                seed,
                again.scenario.policy,
                again.scenario.heapBytes,
                again.world.step,
                failure.getMessage(),
                seed,
                again.world.trace),
        failure);
  }

  private void toTheEnd() {
    situations.count(
        switch (scenario.policy) {
          case RING -> Situation.RING_HEAP;
          case FIRST_FIT -> Situation.FIRST_FIT_HEAP;
        });
    makeUserTensors();
    for (Step step = next(); step != null; step = next()) {
      take(step);
      Broken.unless(world.step < MOST_STEPS, "the program never ends");
    }
    finish();
  }

  private void makeUserTensors() {
    for (int i = dice.below(3); i > 0; i--) {
      world.adopt(userTensor("u" + i));
    }
    if (scenario.mischiefPercent > 0) {
      UserTensor stranger = userTensor("foreign");
      new Engine(scenario.config(), world).adopt(stranger);
      world.tensors.foreign.add(stranger);
    }
    world.tensors.userOwned.forEach(this::installUserTensor);
  }

  private UserTensor userTensor(String name) {
    return TaskInternals.userTensor(
        name, scenario.dtype, Shape.of(maker.extents()), new UserStorage(world));
  }

  private void installUserTensor(UserTensor tensor) {
    world.tensors.install(new SimVersion(tensor, null, true, world.engine.version(tensor)));
  }

  /// As the shell does: nothing but what is gathered comes before the engine has caught up.
  private Step next() {
    if (isBehind && dice.chance(70)) {
      Step step = choose(true);
      if (step != null) {
        situations.count(Situation.GATHERED);
        return step;
      }
    }
    catchUp();
    return choose(false);
  }

  private void catchUp() {
    if (isBehind) {
      isBehind = false;
      world.trace.add("        catch up");
      world.engine.catchUp();
      settle();
    }
  }

  private Step choose(boolean inRow) {
    List<Step> possible = new ArrayList<>();
    int total = 0;
    boolean moves = false;
    for (Step step : Step.values()) {
      boolean may = inRow ? step.isGathered() : !step.isOdd() || (moves && odditiesLeft > 0);
      if (may && isPossible(step)) {
        possible.add(step);
        total += scenario.weight(step);
        moves = true;
      }
    }
    if (possible.isEmpty()) {
      return null;
    }
    int at = dice.below(total);
    for (Step step : possible) {
      at -= scenario.weight(step);
      if (at < 0) {
        return step;
      }
    }
    throw new IllegalStateException();
  }

  private boolean isPossible(Step step) {
    return switch (step) {
      case OPEN_RUN -> runsLeft > 0;
      case FEED -> programs.mayFeed();
      case END_SOURCE -> programs.mayEndSource();
      case PROGRAM -> programs.mayAct();
      case START_MEMBER -> workers.may(Member.Phase.STAGED);
      case WRITE_MEMBER -> workers.may(Member.Phase.STARTED);
      case FINISH_MEMBER -> workers.may(Member.Phase.WRITTEN);
      case DELIVER -> subscribers.mayDeliver();
      case REPORT_DELIVERY -> subscribers.mayReport();
      case DISCARD -> subscribers.mayDiscard();
      case CLOSE_RUN -> subscribers.mayClose();
      case CLOSE_RESULT -> !world.inHand.isEmpty();
      case TIMER -> world.deadlineNs != Long.MAX_VALUE;
      case UNSTICK -> workers.mayUnstick();
      case REPLACE_WORKER -> workers.mayAnswer();
      case JUDGE -> workers.mayJudge();
      case HELD_UP -> world.watches.mayTell();
      case FAIL_SOURCE -> programs.mayFailSource();
      case WITHDRAW -> programs.mayWithdraw();
      case CANCEL, UPSTREAM_ERROR -> world.runs.stream().anyMatch(this::mayBeStopped);
      case DRAIN, STALE_COMPLETION -> true;
      case CANCEL_DRAIN -> !world.drainWaiters.isEmpty();
      case ACCEPT_AS_IS, CLOSE_USER_TENSOR -> !openUserTensors().isEmpty();
      case USER_INSIDE -> !inside && !openUserTensors().isEmpty();
    };
  }

  /// Where tasks rest for long, not before one does.
  private boolean mayBeStopped(SimRun run) {
    return !run.stopped
        && (!scenario.restless || run.undecided.stream().anyMatch(task -> task.attempts.resting));
  }

  private List<UserTensor> openUserTensors() {
    return world.tensors.userOwned.stream()
        .filter(tensor -> !tensor.isClosed() && !world.tensors.entered.contains(tensor))
        .toList();
  }

  private void take(Step step) {
    world.step++;
    world.nowNs += dice.chance(10) ? dice.logBetween(1, 100) : 0;
    world.engine.advanceTo(world.nowNs);
    world.trace.add("%d (%d ns) %s", world.step, world.nowNs, step);
    world.effects = 0;
    world.timerFired = false;
    odditiesLeft -= step.isOdd() ? 1 : 0;
    perform(step);
    isBehind = true;
    if (scenario.gathers && step.isGathered()) {
      world.live.forEach(task -> task.attempts.observe());
    } else {
      catchUp();
    }
  }

  private void settle() {
    laws.beforeSettle();
    int waiters = world.drainWaiters.size();
    boolean quiet = world.isQuiescent();
    world.engine.settle();
    if (waiters > 0 && quiet) {
      programs.epochMayHaveEnded();
    }
    laws.check();
  }

  private void perform(Step step) {
    switch (step) {
      case OPEN_RUN -> openRun();
      case FEED -> programs.feed();
      case END_SOURCE -> programs.endSource();
      case PROGRAM -> programs.act();
      case START_MEMBER -> workers.start();
      case WRITE_MEMBER -> workers.write();
      case FINISH_MEMBER -> workers.finish();
      case DELIVER -> subscribers.deliver();
      case REPORT_DELIVERY -> subscribers.report();
      case DISCARD -> subscribers.discard();
      case CLOSE_RUN -> subscribers.close();
      case CLOSE_RESULT -> subscribers.closeResult();
      case TIMER -> fireTimer();
      case UNSTICK -> workers.unstick();
      case REPLACE_WORKER -> workers.answer();
      case JUDGE -> workers.judge();
      case HELD_UP -> world.watches.tell();
      case CANCEL -> subscribers.cancel();
      case UPSTREAM_ERROR -> programs.failUpstream();
      case FAIL_SOURCE -> programs.failSource();
      case WITHDRAW -> programs.withdraw();
      case DRAIN -> drain();
      case CANCEL_DRAIN -> cancelDrain();
      case ACCEPT_AS_IS -> dice.pick(openUserTensors()).acceptAsIs();
      case USER_INSIDE -> enterUserTensor();
      case CLOSE_USER_TENSOR -> closeUserTensor();
      case STALE_COMPLETION -> workers.reportAgain();
    }
  }

  private void openRun() {
    runsLeft--;
    int budget = budget();
    RunOptions options =
        RunOptions.defaults()
            .lookAhead(dice.chance(50) ? 1 : dice.between(1, 16))
            .maxInFlight(
                scenario.isLong() || dice.chance(50) ? Long.MAX_VALUE : dice.logBetween(1, 40))
            .cancelPolicy(dice.pickOf(CancelPolicy.values()));
    if (scenario.limited) {
      options = options.heapLimit(DataSize.bytes(scenario.limitBytes()));
    } else if (!scenario.isLong()) {
      options = withBytes(options);
    }
    boolean readerClosesResults = dice.chance(50);
    SimRun.Kind kind =
        scenario.crowded
            ? scenario.limited ? SimRun.Kind.PROGRAM : SimRun.Kind.SCOPED
            : scenario.ranked ? SimRun.Kind.FLAT : dice.pickOf(SimRun.Kind.values());
    RunPlan plan =
        new RunPlan(
            dice.pickOf(FailureMode.values()), options, readerClosesResults, dice.chance(30));
    programs.open(new SimRun(world.runs.size() + 1, kind, plan, budget));
  }

  /// Where it is crowded, few tasks are passed by many.
  private int budget() {
    int equal = Math.max(1, scenario.taskCount / scenario.runCount);
    return !scenario.crowded || scenario.limited
        ? equal
        : world.runs.isEmpty() ? 40 : 2 * equal - 40;
  }

  private RunOptions withBytes(RunOptions options) {
    DataSize limit = partOfTheHeap();
    DataSize largest = partOfTheHeap();
    RunOptions limited = dice.chance(60) ? options : options.heapLimit(limit);
    boolean fits = largest.bytes() <= limited.bytes().limitBytes();
    return dice.chance(80) || !fits ? limited : limited.largestTask(largest);
  }

  private DataSize partOfTheHeap() {
    int most = (int) (scenario.heapBytes / 1024);
    return DataSize.kibibytes(dice.between(Math.max(1, most / 4), most));
  }

  private void fireTimer() {
    world.nowNs = dice.chance(20) ? world.nowNs : Math.max(world.nowNs, world.deadlineNs);
    world.engine.advanceTo(world.nowNs);
    if (world.nowNs >= world.deadlineNs || dice.chance(20)) {
      world.trace.add("        timer fires at %d", world.nowNs);
      world.deadlineNs = Long.MAX_VALUE;
      world.timerFires = true;
      world.live.stream()
          .map(task -> task.attempts)
          .filter(attempts -> attempts.isDue())
          .forEach(SimAttempts::timeIsOver);
      world.engine.timerFired();
      world.timerFired = true;
      world.timerFires = false;
    }
  }

  private void drain() {
    Object waiter = "drain " + ++drainCount;
    world.trace.add("        %s", waiter);
    if (!world.used) {
      situations.count(Situation.DRAIN_OF_UNUSED);
    }
    world.drainWaiters.add(waiter);
    world.engine.drain(waiter);
  }

  private void cancelDrain() {
    Object waiter = dice.pick(world.drainWaiters);
    world.drainWaiters.remove(waiter);
    world.engine.cancelDrain(waiter);
    situations.count(Situation.DRAIN_CANCELLED);
  }

  /// The user reads a tensor while other things happen.
  private void enterUserTensor() {
    UserTensor tensor = dice.pick(openUserTensors());
    boolean used = subscribers.isInUse(tensor);
    try {
      tensor.read(
          view -> {
            Broken.unless(!used, "%s is in use, and its user reads it", tensor);
            inside = true;
            world.tensors.entered.add(tensor);
            for (int i = dice.between(1, 10); i > 0; i--) {
              Step step = next();
              if (step != null) {
                take(step);
              }
            }
            catchUp();
            return "read";
          });
    } catch (io.sluice.error.TensorInUseException refused) {
      Broken.unless(used, "%s is not in use: %s", tensor, refused);
    }
    world.tensors.entered.remove(tensor);
    inside = false;
  }

  private void closeUserTensor() {
    UserTensor tensor = dice.pick(openUserTensors());
    if (dice.chance(60) || inside) {
      return;
    }
    boolean used = subscribers.isInUse(tensor);
    try {
      tensor.close();
      Broken.unless(!used, "%s is in use, and was closed", tensor);
    } catch (io.sluice.error.TensorInUseException refused) {
      Broken.unless(used, "%s is not in use: %s", tensor, refused);
    }
  }

  private void finish() {
    for (SimRun run : world.runs) {
      Broken.unless(
          run.closed,
          "law 7: a silent stall: nothing is left to do, and %s goes on; %s",
          run,
          world.engine.diagnose().sentence());
    }
    Broken.unless(world.live.isEmpty(), "law 8: tasks are left: %s", world.live);
    Broken.unless(world.engine.heap().usedBytes() == 0, "law 8: bytes are left");
    Broken.unless(world.engine.isQuiescent(), "law 5: all is over, and the engine is not quiet");
    for (UserTensor tensor : world.tensors.userOwned) {
      tensor.close();
    }
    drain();
    settle();
    Broken.unless(world.drainWaiters.isEmpty(), "law 5: all is over, and a drain waits");
    new SerialInterpreter(world).run();
  }
}
