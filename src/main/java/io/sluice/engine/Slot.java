package io.sluice.engine;

import io.sluice.error.TaskCancelledException;
import io.sluice.error.TaskFailedException;
import io.sluice.task.Argument;
import io.sluice.task.Arguments;
import io.sluice.task.Task;
import io.sluice.task.TaskId;
import io.sluice.task.TaskInternals;
import io.sluice.task.TaskState;
import io.sluice.task.UserTensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The record of an admitted task, from its claim until it is consumed. It stays where it is.
///
/// A slot is held by itself until it settles, by its scope if it owns a slab, by each task that
/// touches its slab, and by each open result that yields from it. When all have let go, it is
/// consumed and its slab is free.
///
/// | field | owner | access |
/// | --- | --- | --- |
/// | task, id, versions, slab | written at the claim, before the slot is published | plain, any thread |
/// | all else | the scheduler's drain loop | plain |
public final class Slot extends Node implements Admitted {
  /// In place of a worker, for a member that does not run.
  static final int NO_WORKER = -1;

  static final Version[] NO_VERSIONS = {};

  final Run run;
  final Source source;
  final Task task;
  final char poolIndex;

  /// One version for each tensor argument, member by member; none once the slot is consumed.
  Version[] versions;

  long sequence = -1;

  /// Place in the order of admission, over all epochs.
  long order;

  long slabTicket = HeapSpace.NONE;
  long slabBytes;

  /// Whether rows of something in the slab are a maximum.
  boolean hasMaximum;

  TaskState state = TaskState.PENDING;
  int holdCount;

  /// How many of [#holdCount] are results that the user has to close.
  int userResultCount;

  /// Versions in the slab that may still be read by tasks to come.
  int readableVersionCount;

  /// Whether the scope of its source holds it.
  boolean inScope;

  boolean scopeEnded;
  @Nullable Slot scopeNext;
  @Nullable Slot scopePrevious;

  @Nullable Slot runNext;
  @Nullable Slot runPrevious;

  @Nullable ReadyLane lane;
  @Nullable Slot laneNext;
  @Nullable Slot lanePrevious;
  long readyStamp;

  /// The worker that the only member runs on, by index in the pool.
  private int worker = NO_WORKER;

  /// What the shell keeps for the only member.
  private @Nullable Object attachment;

  /// What is kept for each of several members instead; null for a single.
  private final @Nullable GroupMembers group;

  int runningMemberCount;
  boolean stopRequested;

  /// Null for a task that does nothing but run.
  private @Nullable SlotExtras extras;

  @Nullable AccessPart parts;
  @Nullable ResultHold result;
  long runTimeNs;

  Slot(Run run, Source source, Task task, int poolIndex, Version[] versions) {
    this.run = run;
    this.source = source;
    this.task = task;
    this.poolIndex = (char) poolIndex;
    this.versions = versions;
    this.group = task.memberCount() == 1 ? null : new GroupMembers(task.memberCount());
  }

  @Override
  public Run run() {
    return run;
  }

  @Override
  long order() {
    return order;
  }

  public Source source() {
    return source;
  }

  public Task task() {
    return task;
  }

  /// Which pool it runs in.
  public int poolIndex() {
    return poolIndex;
  }

  public TaskId id() {
    return new TaskId(epoch(), sequence);
  }

  public long sequence() {
    return sequence;
  }

  public long epoch() {
    return run.epoch;
  }

  /// Bytes of the slab, aligned; 0 for a task that owns none.
  public long slabBytes() {
    return slabBytes;
  }

  /// Where in the heap the slab is; 0 for a task that owns none.
  public long slabOffsetBytes() {
    if (slabTicket == HeapSpace.NONE) {
      return 0;
    }
    long first = Long.MAX_VALUE;
    for (Version version : versions) {
      first = version.owner == this ? Math.min(first, version.offsetBytes()) : first;
    }
    return first;
  }

  public TaskState state() {
    return state;
  }

  @Override
  public @Nullable Throwable cause() {
    return extras == null ? null : extras.cause;
  }

  /// Which attempt this is, from 1.
  public int attempt() {
    return extras == null ? 1 : extras.attempt;
  }

  /// How long the kernel ran; for a group, its slowest member.
  public long runTimeNs() {
    return runTimeNs;
  }

  /// The error for whoever submitted a task that failed or was cancelled: its own, or one that names
  /// the task whose bytes it should have read.
  public Throwable failure() {
    Throwable first = Objects.requireNonNull(cause());
    if (first instanceof TaskFailedException own && own.taskId().equals(id().toString())) {
      return own;
    }
    if (first instanceof TaskCancelledException && state == TaskState.CANCELLED) {
      return first;
    }
    return new TaskFailedException(
        id().toString(),
        task.name(),
        run.id().name(),
        "did not run, because an earlier task failed",
        first);
  }

  /// Keeps something of the shell's for a member. In the drain.
  public void attach(int member, @Nullable Object newAttachment) {
    if (group == null) {
      attachment = newAttachment;
    } else {
      group.attachments[member] = newAttachment;
    }
  }

  /// What the shell keeps for a member. In the drain.
  public @Nullable Object attachment(int member) {
    return group == null ? attachment : group.attachments[member];
  }

  /// The worker that a member runs on, or [#NO_WORKER].
  int worker(int member) {
    return group == null ? worker : group.workers[member];
  }

  void setWorker(int member, int newWorker) {
    if (group == null) {
      worker = newWorker;
    } else {
      group.workers[member] = newWorker;
    }
  }

  /// The version that the result yields under the name at this place; null once it is closed.
  public @Nullable Version yieldedVersion(int place) {
    Version[] yielded = Objects.requireNonNull(result).versions;
    return place < yielded.length ? yielded[place] : null;
  }

  /// Forgets what a consumed slot must not keep alive.
  void forget() {
    for (Version version : versions) {
      if (version.owner == this) {
        version.owner = null;
      }
    }
    versions = NO_VERSIONS;
  }

  @Override
  public @Nullable Admitted otherAdmission() {
    return extras == null ? null : extras.otherAdmission;
  }

  @Override
  public void otherAdmission(@Nullable Admitted other) {
    if (other != null || extras != null) {
      extras().otherAdmission = other;
    }
  }

  /// Lets go of the user-owned tensors that the open result yields: whoever closes it may touch them
  /// at once, and not only when the engine has heard of it. Any thread, once, before
  /// [Engine#resultReturned].
  public void letGoOfYieldedUserTensors() {
    for (Version version : Objects.requireNonNull(result).versions) {
      if (version.tensor instanceof UserTensor user) {
        TaskInternals.letGo(user);
      }
    }
  }

  /// Whether the result yields anything.
  public boolean yields() {
    return result != null;
  }

  /// The version that a member touches by one of its tensor arguments.
  public Version version(int member, int argument) {
    return versions[firstArgument(member) + argument];
  }

  int firstArgument(int member) {
    int first = 0;
    for (int i = 0; i < member; i++) {
      first += task.member(i).tensorCount();
    }
    return first;
  }

  /// Where an argument's bytes are laid out anew by this task.
  public boolean isFresh(int member, int argument) {
    Version version = version(member, argument);
    Argument named = task.member(member).tensor(argument);
    return version.owner == this && named.access() == io.sluice.task.Access.OUT;
  }

  /// What is kept beside the slot; made when first needed.
  SlotExtras extras() {
    SlotExtras known = extras;
    if (known == null) {
      known = new SlotExtras();
      extras = known;
    }
    return known;
  }

  /// What the first member to fail threw; null if none did in this attempt.
  @Nullable Throwable memberFailure() {
    return extras == null ? null : extras.memberFailure;
  }

  /// Whether a member of this attempt was not started.
  boolean memberCancelled() {
    return extras != null && extras.memberCancelled;
  }

  /// The place among those whose results are told in order; null once it was told, or without order.
  Turns.@Nullable Turn turn() {
    return extras == null ? null : extras.turn;
  }

  @Nullable ConditionalPoison conditionalPoison() {
    return extras == null ? null : extras.conditionalPoison;
  }

  /// What times and retries need; null where there was no need yet.
  @Nullable SlotControl knownControl() {
    return extras == null ? null : extras.control;
  }

  /// What times and retries need; made when first needed.
  SlotControl control() {
    SlotControl known = knownControl();
    if (known == null) {
      known = new SlotControl(this);
      extras().control = known;
    }
    return known;
  }

  /// Whether a kernel of it was given up and has not returned.
  boolean isUnreturned() {
    SlotControl control = knownControl();
    return control != null && control.isAbandoned && runningMemberCount > 0;
  }

  /// Notes how many rows a member has used of what it wrote anew; all where it did not say.
  void noteRows(int member, long @Nullable [] used) {
    Arguments arguments = task.member(member);
    for (int i = 0; i < arguments.tensorCount(); i++) {
      if (isFresh(member, i)) {
        long all = arguments.tensor(i).ref().shape().extent(0);
        version(member, i).setRows(used == null || used[i] < 0 ? all : used[i]);
      }
    }
  }

  /// Bytes of the slab up to the last row that was used.
  long usedSlabBytes() {
    long start = slabOffsetBytes();
    long bytes = 0;
    for (Version version : versions) {
      if (version.owner == this && version.rows() > 0) {
        bytes = Math.max(bytes, version.offsetBytes() - start + version.usedBytes());
      }
    }
    return bytes;
  }

  boolean isDecided() {
    return state.isTerminal();
  }

  boolean failed() {
    return cause() != null;
  }

  @Override
  public String toString() {
    String runName = run.id().name();
    return "task '%s' (%d:%d)%s"
        .formatted(
            task.name(), epoch(), sequence, runName == null ? "" : " of run '" + runName + "'");
  }
}
