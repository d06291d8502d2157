package io.sluice.engine;

import io.sluice.task.Access;
import io.sluice.task.Argument;
import io.sluice.task.Arguments;
import io.sluice.task.Box;
import io.sluice.task.Dependency;
import io.sluice.task.TensorRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Infers what a task waits for from the bytes that it touches.
///
/// The records of one version's writers never overlap: each element has one last writer, and a new
/// in-place writer cuts its box out of the older ones, which it waits for. So a reader finds exactly
/// the last writers of its bytes, and neither an edge nor poison comes from bytes overwritten since.
/// `OUT_EXISTING` writers lie in a layer of their own, where they displace nobody. Readers may overlap
/// each other, but an in-place writer cuts its box out of them as well: a later writer finds only those
/// who have read its bytes since.
///
/// An older record may be cut where a newer writer covers it, because a task that waits for the newer
/// one waits for the older too: a [Node] does not settle before what it waited for.
///
/// **Bound.** A record lives as long as its task or open result is unsettled; poison stays until it
/// is written over.
///
/// **Confinement.** Owned by the scheduler's drain loop.
final class TensorMap {
  private final List<AccessPart> found = new ArrayList<>();
  private final Poisoning poisoning = new Poisoning();

  /// What the task being admitted depends on, for those who watch; null if nobody does.
  private @Nullable Dependencies noted;

  /// Which of the first 64 arguments of the task being admitted are wired as writers already: a bit each.
  private long writtenAlready;

  /// Adds the records and edges of a task just admitted. Reads come before writes, so that `IN` and
  /// a renaming `OUT` of one tensor in one task are about two versions.
  ///
  /// @param dependencies takes down what it finds; null if nobody wants to know
  /// @return why the task fails at once, because it reads poison; null if it does not
  @Nullable Throwable wire(Slot slot, @Nullable Dependencies dependencies) {
    if (slot.versions.length == 0) {
      return null;
    }
    noted = dependencies;
    writtenAlready = 0;
    poisoning.begin();
    wireArguments(slot, true);
    wireArguments(slot, false);
    wireYields(slot);
    return poisoning.taken();
  }

  private void wireArguments(Slot slot, boolean reads) {
    int flat = 0;
    for (int member = 0; member < slot.task.memberCount(); member++) {
      Arguments arguments = slot.task.member(member);
      for (int i = 0; i < arguments.tensorCount(); i++) {
        if (reads) {
          wireRead(slot, arguments.tensor(i), flat++);
        } else {
          wireWrite(slot, arguments.tensor(i), flat++);
        }
      }
    }
  }

  private void wireRead(Slot reader, Argument argument, int flat) {
    if (!argument.access().reads()) {
      return;
    }
    Version version = reader.versions[flat];
    Box box = argument.ref().box();
    int joinedFrom = collectWriters(version, box);
    if (noted != null) {
      noted.reads(version);
    }
    for (AccessPart part : found) {
      if (part.shielded) {
        waitFor(reader, part, Dependency.Kind.DATA, false);
      } else if (joinedFrom < found.size() && isConditional(reader, part, box, joinedFrom)) {
        waitFor(reader, part, Dependency.Kind.DATA, false);
      } else {
        waitFor(reader, part, Dependency.Kind.DATA, true);
        poisoning.by(part);
      }
    }
    if (argument.access() == Access.IN) {
      version.add(Layer.READERS, record(reader, version, box));
    } else if (noted == null && version.count(Layer.JOINED_WRITERS) == 0 && flat < Long.SIZE) {
      writtenAlready |= 1L << flat;
      displaceFound(box);
      followReaders(reader, version, box);
      version.add(Layer.WRITERS, record(reader, version, box));
    }
  }

  /// The writer of what it has just read: those whom it waits for as a reader are the same. No other
  /// argument of the task reads any of it. Not where dependencies are taken down, which are told by the first
  /// reason, and reasons to read come first.
  private void displaceFound(Box box) {
    for (AccessPart part : found) {
      cut(part, box);
    }
  }

  /// Fills [#found]; returns where the `OUT_EXISTING` writers begin.
  private int collectWriters(Version version, Box box) {
    found.clear();
    version.collect(Layer.WRITERS, box, found);
    int joinedFrom = found.size();
    version.collect(Layer.JOINED_WRITERS, box, found);
    return joinedFrom;
  }

  private void waitFor(Slot slot, AccessPart part, Dependency.Kind why, boolean carriesFailure) {
    if (!part.isPoison()) {
      slot.waitFor(part.node, carriesFailure);
      if (noted != null) {
        noted.add(part.node, why);
      }
    }
  }

  /// Whether later `OUT_EXISTING` writers, still unsettled, may yet lift this part's poison.
  private boolean isConditional(Slot reader, AccessPart part, Box box, int joinedFrom) {
    Box region = part.box().intersect(box);
    if (region == null) {
      return false;
    }
    ConditionalPoison condition = new ConditionalPoison(region, part, reader.conditionalPoison());
    for (AccessPart cover : found.subList(joinedFrom, found.size())) {
      if (cover.order() > part.order()
          && cover.node instanceof Slot slot
          && cover.box().overlaps(region)) {
        condition.coveredBy(cover, slot);
      }
    }
    if (condition.hasCovers()) {
      reader.extras().conditionalPoison = condition;
    }
    return condition.hasCovers();
  }

  private void wireWrite(Slot writer, Argument argument, int flat) {
    boolean isWired = flat < Long.SIZE && (writtenAlready >> flat & 1) != 0;
    if (!argument.access().writes() || isWired) {
      return;
    }
    Version version = writer.versions[flat];
    Box box = argument.ref().box();
    if (argument.access() == Access.OUT_EXISTING) {
      version.add(Layer.JOINED_WRITERS, record(writer, version, box));
      return;
    }
    if (version.owner != writer) {
      displaceWriters(writer, version, box);
      followReaders(writer, version, box);
    }
    version.add(Layer.WRITERS, record(writer, version, box));
  }

  private void displaceWriters(Slot writer, Version version, Box box) {
    var _ = collectWriters(version, box);
    for (AccessPart part : found) {
      waitFor(writer, part, Dependency.Kind.ORDER, false);
      cut(part, box);
    }
  }

  /// Takes `box` out of a record, which stays for what is left of it.
  private static void cut(AccessPart part, Box box) {
    Layer layer = part.version.remove(part);
    if (box.contains(part.box())) {
      return;
    }
    for (Box rest : part.box().minus(box)) {
      part.version.add(layer, linked(part.pieceOf(rest)));
    }
  }

  private void followReaders(Slot writer, Version version, Box box) {
    found.clear();
    version.collect(Layer.READERS, box, found);
    for (AccessPart part : found) {
      waitFor(writer, part, Dependency.Kind.ORDER, false);
      if (part.node != writer) {
        cut(part, box);
      }
    }
  }

  private void wireYields(Slot slot) {
    ResultHold result = slot.result;
    if (result == null) {
      return;
    }
    List<TensorRef> yielded = slot.task.yielded();
    for (int i = 0; i < result.versions.length; i++) {
      Version version = result.versions[i];
      AccessPart part = new AccessPart(version, yielded.get(i).box(), result);
      version.add(Layer.READERS, linked(part));
    }
  }

  private static AccessPart record(Slot slot, Version version, Box box) {
    return linked(new AccessPart(version, box, slot));
  }

  /// Puts a record on its node's list.
  private static AccessPart linked(AccessPart part) {
    if (part.node instanceof Slot slot) {
      part.nextOfNode = slot.parts;
      slot.parts = part;
    } else if (part.node instanceof ResultHold result) {
      part.nextOfNode = result.parts;
      result.parts = part;
    }
    return part;
  }

  /// Takes the records of a settled task out; what a failed one would have written becomes poison.
  void retire(Slot slot) {
    for (AccessPart part = slot.parts; part != null; part = part.nextOfNode) {
      if (part.index != null) {
        retire(slot, part);
      }
    }
    slot.parts = null;
  }

  private void retire(Slot slot, AccessPart part) {
    Version version = part.version;
    Layer layer = version.layerOf(part);
    Throwable cause = slot.cause();
    if (cause != null && layer != Layer.READERS && !part.shielded) {
      turnToPoison(part, layer, cause);
      return;
    }
    version.remove(part);
    if (layer == Layer.JOINED_WRITERS && cause == null) {
      liftOlderPoison(version, part);
    }
  }

  private void turnToPoison(AccessPart part, Layer layer, Throwable cause) {
    part.node = new Poison(part.order(), cause);
    if (layer == Layer.JOINED_WRITERS) {
      keepNewestPoison(part);
    }
  }

  /// Of poisoned records in the layer of `OUT_EXISTING` where one covers the other, the later stays.
  private void keepNewestPoison(AccessPart fresh) {
    Version version = fresh.version;
    found.clear();
    version.collect(Layer.JOINED_WRITERS, fresh.box(), found);
    for (AccessPart part : found) {
      if (part == fresh || !part.isPoison()) {
        continue;
      }
      if (part.order() <= fresh.order() && fresh.box().contains(part.box())) {
        version.remove(part);
      } else if (part.order() > fresh.order() && part.box().contains(fresh.box())) {
        version.remove(fresh);
        return;
      }
    }
  }

  /// An `OUT_EXISTING` has completed: older poison under it ends, and what older writers under it
  /// may yet leave does not count.
  private void liftOlderPoison(Version version, AccessPart cover) {
    var _ = collectWriters(version, cover.box());
    for (AccessPart part : found) {
      if (part.order() < cover.order() && !part.shielded) {
        lift(part, cover.box());
      }
    }
  }

  private static void lift(AccessPart part, Box box) {
    Layer layer = part.version.layerOf(part);
    Box under = part.box().intersect(box);
    cut(part, box);
    if (!part.isPoison() && under != null) {
      AccessPart shielded = part.pieceOf(under);
      shielded.shielded = true;
      part.version.add(layer, linked(shielded));
    }
  }

  /// Takes the records of a closed result out.
  void retire(ResultHold result) {
    for (AccessPart part = result.parts; part != null; part = part.nextOfNode) {
      if (part.index != null) {
        part.version.remove(part);
      }
    }
    result.parts = null;
  }

  /// Lays poison on what a refused task would have written in place.
  void poison(Version version, Box box, long order, Throwable cause) {
    AccessPart part = new AccessPart(version, box, new Poison(order, cause));
    version.add(Layer.JOINED_WRITERS, part);
    keepNewestPoison(part);
  }

  /// Ends all poison of a version; failures of writers still at work count no more.
  void acceptAsIs(Version version) {
    Box whole = version.tensor.box();
    var _ = collectWriters(version, whole);
    for (AccessPart part : found) {
      lift(part, whole);
    }
  }

  /// The first cause, by the order of admission, among those that a reader meets.
  private static final class Poisoning {
    private @Nullable Throwable cause;
    private long order;

    void begin() {
      order = Long.MAX_VALUE;
    }

    /// A cause is not kept: it may be the last thing that refers to much else.
    @Nullable Throwable taken() {
      Throwable first = cause;
      cause = null;
      return first;
    }

    void by(AccessPart part) {
      Throwable found = causeOf(part.node);
      if (found != null && part.order() < order) {
        cause = found;
        order = part.order();
      }
    }

    private static @Nullable Throwable causeOf(Node node) {
      if (node instanceof Slot slot) {
        return slot.cause();
      }
      return node instanceof Poison poison ? poison.cause() : null;
    }
  }
}
