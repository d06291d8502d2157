package io.sluice.engine;

import io.sluice.error.TensorInUseException;
import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.Arguments;
import io.sluice.task.Dependency;
import io.sluice.task.Task;
import io.sluice.task.TaskInternals;
import io.sluice.task.TaskTicket;
import io.sluice.task.Tensor;
import io.sluice.task.TensorRef;
import io.sluice.task.UserTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Gives a task its id, its slot and its slab in one step that happens whole or leaves no trace.
///
/// All that can fail comes first: bytes are reserved, records are made, user-owned tensors are held.
/// What follows only links what is there already.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class Claims {
  /// Sees each step of a claim; a test throws from it to show that nothing is left behind.
  interface Probe {
    void before(Step step);
  }

  /// The steps that can fail, in their order.
  enum Step {
    RESERVE,
    SLOT,
    VERSIONS,
    USER_TENSORS,
    RESULT
  }

  private final Core core;
  private final TaskCheck check;
  private final TensorMap map;
  private final Lifecycle lifecycle;
  private final List<UserTensor> held = new ArrayList<>();
  Probe probe = step -> {};

  Claims(Core core, TaskCheck check, TensorMap map, Lifecycle lifecycle) {
    this.core = core;
    this.check = check;
    this.map = map;
    this.lifecycle = lifecycle;
  }

  /// Admits a task that was checked and needs so many bytes.
  ///
  /// @return its slot; null without a trace if the bytes can't be had now
  @Nullable Slot tryClaim(Source source, Task task, long bytes) {
    probe.before(Step.RESERVE);
    long ticket = bytes == 0 ? HeapSpace.NONE : core.heap.tryReserve(bytes);
    if (bytes > 0 && ticket == HeapSpace.NONE) {
      return null;
    }
    Slot slot = prepared(source, task, ticket, bytes);
    commit(slot);
    return slot;
  }

  private Slot prepared(Source source, Task task, long ticket, long bytes) {
    held.clear();
    try {
      return prepare(source, task, ticket, bytes);
    } catch (Throwable failure) {
      held.forEach(TaskInternals::letGo);
      if (ticket != HeapSpace.NONE) {
        core.heap.release(ticket);
      }
      throw failure;
    }
  }

  private Slot prepare(Source source, Task task, long ticket, long bytes) {
    probe.before(Step.SLOT);
    Slot slot =
        new Slot(source.run, source, task, core.poolOf(task), noVersions(argumentCount(task)));
    slot.slabTicket = ticket;
    slot.slabBytes = bytes;
    probe.before(Step.VERSIONS);
    resolveVersions(slot, ticket == HeapSpace.NONE ? 0 : core.heap.offsetOf(ticket));
    probe.before(Step.USER_TENSORS);
    holdUserTensors(slot);
    probe.before(Step.RESULT);
    slot.result = task.yielded().isEmpty() ? null : new ResultHold(slot, yieldedVersions(slot));
    return slot;
  }

  private static Version[] noVersions(int count) {
    return count == 0 ? Slot.NO_VERSIONS : new Version[count];
  }

  private static int argumentCount(Task task) {
    int count = 0;
    for (int member = 0; member < task.memberCount(); member++) {
      count += task.member(member).tensorCount();
    }
    return count;
  }

  /// What has a maximum for its rows comes last in the slab, so that what is not used is a tail of it.
  private void resolveVersions(Slot slot, long slabOffsetBytes) {
    long end = resolveVersions(slot, slabOffsetBytes, false);
    if (slot.hasMaximum) {
      var _ = resolveVersions(slot, end, true);
    }
  }

  private long resolveVersions(Slot slot, long offset, boolean maxima) {
    int flat = 0;
    for (int member = 0; member < slot.task.memberCount(); member++) {
      Arguments arguments = slot.task.member(member);
      for (int i = 0; i < arguments.tensorCount(); i++) {
        Argument argument = arguments.tensor(i);
        boolean maximum = argument.access() == Access.OUT && argument.ref().tensor().isAtMost();
        slot.hasMaximum |= maximum;
        if (maximum == maxima) {
          Version version = versionOf(slot, argument, offset);
          slot.versions[flat] = version;
          offset += version.owner == slot ? HeapSpace.alignedBytes(version.tensor.byteSize()) : 0;
        }
        flat++;
      }
    }
    return offset;
  }

  private Version versionOf(Slot slot, Argument argument, long offset) {
    Tensor tensor = argument.ref().tensor();
    if (check.isFresh(slot.task, argument)) {
      boolean inPlace = slot.task.kind() == Task.Kind.ALLOC;
      TensorRecord.claim(tensor, core);
      return new Version(tensor, slot, core.epoch, offset, inPlace);
    }
    Version current = TensorRecord.newest(tensor, core);
    if (current == null) {
      throw new IllegalStateException(argument + " lost its version; this is a bug in Sluice");
    }
    return current;
  }

  private void holdUserTensors(Slot slot) {
    for (Version version : slot.versions) {
      holdIfUserOwned(slot, version);
    }
    if (!slot.task.yielded().isEmpty()) {
      holdYieldedUserTensors(slot);
    }
  }

  private void holdYieldedUserTensors(Slot slot) {
    for (TensorRef ref : slot.task.yielded()) {
      if (ref.tensor() instanceof UserTensor user) {
        hold(slot, user);
      }
    }
  }

  private void holdIfUserOwned(Slot slot, Version version) {
    if (version.tensor instanceof UserTensor user) {
      hold(slot, user);
    }
  }

  private void hold(Slot slot, UserTensor user) {
    if (!TaskInternals.tryHold(user)) {
      throw user.isClosed() ? TaskCheck.closed(slot.task, user) : inUse(slot.task, user);
    }
    held.add(user);
  }

  private static TensorInUseException inUse(Task task, UserTensor user) {
    return new TensorInUseException(
        "task '%s' names %s while the user is reading, writing or closing it; submit it afterwards"
            .formatted(task.name(), user));
  }

  private static Version[] yieldedVersions(Slot slot) {
    List<TensorRef> yielded = slot.task.yielded();
    Version[] versions = new Version[yielded.size()];
    for (int i = 0; i < versions.length; i++) {
      versions[i] = namedVersion(slot, yielded.get(i));
    }
    return versions;
  }

  /// The version that the task touches by this name; the written one if there are two.
  private static Version namedVersion(Slot slot, TensorRef ref) {
    Version named = null;
    int flat = 0;
    for (int member = 0; member < slot.task.memberCount(); member++) {
      Arguments arguments = slot.task.member(member);
      for (int i = 0; i < arguments.tensorCount(); i++) {
        Argument argument = arguments.tensor(i);
        if (argument.ref().equals(ref) && (named == null || argument.access().writes())) {
          named = slot.versions[flat];
        }
        flat++;
      }
    }
    return Objects.requireNonNull(named);
  }

  private void commit(Slot slot) {
    identify(slot);
    slot.holdCount = 1;
    for (Version version : slot.versions) {
      holdOwner(slot, version);
    }
    if (slot.result != null) {
      holdYielded(slot, slot.result);
    }
    if (slot.source.eachAlone) {
      slot.scopeEnded = true;
    } else if (slot.slabTicket != HeapSpace.NONE) {
      slot.source.scope.hold(slot);
    }
    Dependencies dependencies = core.effects.watched() ? new Dependencies(slot) : null;
    Throwable poison = wire(slot, dependencies);
    installVersions(slot);
    Admissions.add(slot);
    lifecycle.admitted(slot, poison, dependencies);
  }

  private void identify(Slot slot) {
    slot.sequence = core.nextSequence++;
    slot.order = core.nextOrder++;
    core.slots.add(slot);
    core.taskCount++;
    core.claimedBytes += slot.slabBytes;
    slot.run.heapBytes += slot.slabBytes;
    core.byteClaimCount += slot.slabBytes > 0 ? 1 : 0;
    slot.run.byteClaimCount += slot.slabBytes > 0 ? 1 : 0;
  }

  private static void holdOwner(Slot slot, Version version) {
    if (version.owner != null && version.owner != slot) {
      version.owner.holdCount++;
    }
  }

  private void holdYielded(Slot slot, ResultHold result) {
    for (Version version : result.versions) {
      if (version.owner != null) {
        version.owner.holdCount++;
      }
    }
    core.openResultCount++;
    slot.run.link(result);
  }

  private @Nullable Throwable wire(Slot slot, @Nullable Dependencies dependencies) {
    Throwable poison = null;
    for (TaskTicket other : TaskInternals.predecessors(slot.task)) {
      Admitted before = Admissions.find(other, slot.run);
      if (before instanceof Slot live) {
        slot.waitFor(live, true);
        if (dependencies != null) {
          dependencies.add(live, Dependency.Kind.AFTER);
        }
      }
      if (before != null && poison == null) {
        poison = before.cause();
      }
    }
    Throwable read = map.wire(slot, dependencies);
    return poison == null ? read : poison;
  }

  private void installVersions(Slot slot) {
    for (Version version : slot.versions) {
      if (version.owner == slot) {
        slot.readableVersionCount++;
        install(version);
      }
    }
    if (!slot.task.lastUses().isEmpty()) {
      declareLastUses(slot);
    }
  }

  private void declareLastUses(Slot slot) {
    for (TensorRef ref : slot.task.lastUses()) {
      declareLastUse(TensorRecord.newest(ref.tensor(), core));
    }
  }

  private void install(Version version) {
    Version old = TensorRecord.current(version.tensor, core);
    if (old != null) {
      // Whoever waits and names the tensor goes by the new version from here on.
      version.watched = old.watched;
      retireFromScope(old);
    }
    TensorRecord.replace(version);
    if (version.owner != null && version.owner.scopeEnded) {
      core.noLongerToBeHad(version);
    }
    if (version.inPlace) {
      // A waiting OUT of it needs no slab of its own any more, and may fit now.
      core.admissionDue = true;
      core.mapStamp++;
    }
  }

  private void declareLastUse(@Nullable Version version) {
    if (version != null) {
      retireFromScope(version);
      version.lastUseDeclared = true;
      core.noLongerToBeHad(version);
    }
  }

  /// No later task can read this version: its scope lets it go.
  private void retireFromScope(Version version) {
    if (version.superseded || version.owner == null) {
      return;
    }
    version.superseded = true;
    if (--version.owner.readableVersionCount == 0) {
      lifecycle.leaveScope(version.owner);
    }
  }

  /// Lays poison on what a refused task would have written.
  void poisonOutputs(Task task, Throwable cause) {
    for (int member = 0; member < task.memberCount(); member++) {
      for (Argument argument : task.member(member).tensors()) {
        poisonOutput(task, argument, cause);
      }
    }
    core.mapStamp++;
  }

  private void poisonOutput(Task task, Argument argument, Throwable cause) {
    if (!argument.access().writes() || !TensorRecord.isOf(argument.ref().tensor(), core)) {
      return;
    }
    Tensor tensor = argument.ref().tensor();
    TensorRecord.claim(tensor, core);
    Version current = TensorRecord.current(tensor, core);
    if (check.isFresh(task, argument)) {
      Version refused = new Version(tensor, null, core.epoch, 0, false);
      refused.refuse(cause);
      install(refused);
    } else if (current != null && current.unavailableBecause() == null) {
      map.poison(current, argument.ref().box(), core.nextOrder++, cause);
    }
  }
}
