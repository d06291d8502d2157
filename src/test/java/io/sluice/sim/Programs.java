package io.sluice.sim;

import io.sluice.engine.Run;
import io.sluice.task.Task;
import java.util.List;

/// Plays publishers and programs: they open scopes and sources, send tasks, end, fail.
final class Programs {
  private static final int MOST_DEPTH = 5;

  private final World world;
  private final Dice dice;
  private final TaskMaker maker;

  Programs(World world, Dice dice, TaskMaker maker) {
    this.world = world;
    this.dice = dice;
    this.maker = maker;
  }

  void open(SimRun run) {
    world.trace.add("        open %s with %s", run, run.plan);
    world.used = true;
    Run opened = world.engine.openRun(run.plan, run);
    run.run = opened;
    run.outer = new SimScope(run, opened.outerScope(), null);
    run.scopes.add(run.outer);
    world.runs.add(run);
    if (run.kind == SimRun.Kind.FLAT) {
      openSource(run, run.outer, true, dice.chance(50), run.budget);
      run.budget = 0;
      noMoreSources(run);
    }
  }

  private SimSource openSource(
      SimRun run, SimScope scope, boolean pulled, boolean endsScope, int tasks) {
    SimSource source = new SimSource(run, scope, pulled, endsScope, false, tasks);
    scope.openInside++;
    run.sources.add(source);
    source.source = world.engine.openSource(run.run, scope.scope, pulled, endsScope, source);
    return source;
  }

  private void openSourceOfScope(SimRun run, SimScope scope, int tasks) {
    SimSource source = new SimSource(run, scope, true, true, false, tasks);
    source.inHandCount = dice.chance(80) ? 0 : dice.below(run.plan.options().lookAheadCount());
    scope.openInside++;
    run.sources.add(source);
    source.source = world.engine.openSourceOfScope(scope.scope, source.inHandCount, source);
  }

  private void openSourceOfScopes(SimRun run, int tasks) {
    SimSource source = new SimSource(run, run.outer, true, false, true, tasks);
    run.outer.openInside++;
    run.sources.add(source);
    source.source = world.engine.openSourceOfScopes(run.run, source);
    world.situations.count(Situation.SOURCE_OF_SCOPES);
  }

  private SimScope openScope(SimRun run, SimScope parent) {
    SimScope scope = new SimScope(run, world.engine.openScope(parent.scope), parent);
    parent.openInside++;
    run.scopes.add(scope);
    if (scope.depth() > 2) {
      world.situations.count(Situation.NESTED_SCOPE);
    }
    return scope;
  }

  private void noMoreSources(SimRun run) {
    run.noMoreSources = true;
    world.engine.noMoreSources(run.run);
  }

  boolean mayFeed() {
    return sources().stream().anyMatch(source -> source.pulled && source.maySend());
  }

  private List<SimSource> sources() {
    return world.runs.stream()
        .filter(run -> !run.stopped)
        .flatMap(run -> run.sources.stream())
        .filter(SimSource::isLive)
        .toList();
  }

  void feed() {
    send(dice.pick(sources().stream().filter(s -> s.pulled && s.maySend()).toList()));
  }

  private void send(SimSource source) {
    Task task = maker.next(source.run);
    world.trace.add(
        "        %s sends in scope %d: %s",
        source.run, source.run.scopes.indexOf(source.scope), TaskText.of(task));
    source.left--;
    source.sent++;
    source.waiting.add(task);
    world.engine.submit(source.source, task);
  }

  boolean mayEndSource() {
    return sources().stream().anyMatch(source -> source.left == 0);
  }

  void endSource() {
    SimSource source = dice.pick(sources().stream().filter(s -> s.left == 0).toList());
    source.ended = true;
    world.engine.sourceEnded(source.source);
  }

  boolean mayAct() {
    return world.runs.stream().anyMatch(Programs::mayAct);
  }

  private static boolean mayAct(SimRun run) {
    if (run.stopped || run.noMoreSources) {
      return false;
    }
    return run.kind == SimRun.Kind.PROGRAM || run.sources.stream().allMatch(s -> s.drained);
  }

  void act() {
    SimRun run = dice.pick(world.runs.stream().filter(Programs::mayAct).toList());
    if (run.kind == SimRun.Kind.SCOPED) {
      nextInner(run);
    } else {
      program(run);
    }
  }

  /// Inner publishers come one after another.
  private void nextInner(SimRun run) {
    if (run.budget == 0) {
      noMoreSources(run);
      return;
    }
    int tasks = Math.min(run.budget, dice.logBetween(1, world.scenario.crowded ? 2 : 12));
    run.budget -= tasks;
    if (dice.chance(40)) {
      openSourceOfScopes(run, tasks);
    } else {
      openSourceOfScope(run, openScope(run, run.outer), tasks);
    }
  }

  private void program(SimRun run) {
    List<SimScope> open = run.scopes.stream().filter(scope -> !scope.ended).toList();
    SimScope scope = dice.pick(open);
    if (run.budget == 0 && open.size() == 1) {
      noMoreSources(run);
    } else if (world.scenario.limited && run.budget > 0) {
      alone(run);
    } else if (dice.chance(run.budget == 0 ? 90 : 15)) {
      end(scope);
    } else if (dice.chance(20) && scope.depth() < MOST_DEPTH) {
      openScope(run, scope);
    } else if (run.budget > 0 && dice.chance(15)) {
      int tasks = Math.min(run.budget, dice.between(1, 6));
      run.budget -= tasks;
      openSourceOfScope(run, openScope(run, scope), tasks);
    } else if (run.budget > 0) {
      run.budget--;
      SimSource source = openSource(run, scope, false, false, 1);
      send(source);
      if (!run.stopped) {
        source.ended = true;
        world.engine.sourceEnded(source.source);
      }
    }
  }

  /// Sends a task in a scope of its own, by a source of its own.
  private void alone(SimRun run) {
    run.budget--;
    SimSource source = openSource(run, openScope(run, run.outer), false, true, 1);
    send(source);
    if (!run.stopped) {
      source.ended = true;
      world.engine.sourceEnded(source.source);
    }
  }

  private void end(SimScope scope) {
    if (scope.parent == null || scope.openInside > 0) {
      return;
    }
    world.trace.add(
        "        end scope %d of %s, parent %d",
        scope.run.scopes.indexOf(scope), scope.run, scope.run.scopes.indexOf(scope.parent));
    world.scopeEnded(scope);
    world.engine.endScope(scope.scope);
  }

  void failUpstream() {
    SimRun run = dice.pick(world.runs.stream().filter(r -> !r.stopped).toList());
    world.trace.add("        upstream of %s fails", run);
    world.situations.count(Situation.UPSTREAM_ERROR);
    world.stopped(run);
    world.engine.fail(run.run, new IllegalStateException("upstream"));
  }

  boolean mayFailSource() {
    return sources().stream().anyMatch(source -> source.pulled);
  }

  void failSource() {
    SimSource source = dice.pick(sources().stream().filter(s -> s.pulled).toList());
    world.trace.add("        a source of %s fails", source.run);
    world.situations.count(Situation.SOURCE_FAILED);
    source.ended = true;
    source.left = 0;
    source.run.anyFailure = true;
    world.engine.sourceFailed(source.source, new IllegalStateException("publisher"));
  }

  boolean mayWithdraw() {
    return !withdrawable().isEmpty();
  }

  private List<SimSource> withdrawable() {
    return world.runs.stream()
        .filter(run -> !run.stopped)
        .flatMap(run -> run.sources.stream())
        .filter(source -> !source.waiting.isEmpty())
        .toList();
  }

  /// A program no longer wants what still waits.
  void withdraw() {
    SimSource source = dice.pick(withdrawable());
    world.trace.add("        %s withdraws %s", source.run, source.waiting);
    world.situations.count(Situation.CLAIM_WITHDRAWN);
    source.ended = true;
    source.left = 0;
    source.waiting.clear();
    world.engine.withdraw(source.source);
  }

  /// A drain was due: nothing was left, so that a used engine began a new epoch.
  void epochMayHaveEnded() {
    if (world.used) {
      world.situations.count(Situation.EPOCH_ENDED);
      world.expectedEpoch++;
      world.tensors.epoch++;
      world.nextSequence = 0;
      world.used = false;
    }
    Broken.unless(world.engine.epoch() == world.expectedEpoch, "law 5: the epoch is wrong");
    Broken.unless(world.engine.heap().highWaterBytes() == 0, "law 5: the heap was not reset");
  }
}
