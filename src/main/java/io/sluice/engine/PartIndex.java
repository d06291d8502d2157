package io.sluice.engine;

import io.sluice.task.Box;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The parts of one tensor by where they lie: which of them overlap a box?
///
/// Parts may overlap each other in any way and may have equal boxes. Answers are exact. Most
/// tensors have one writer and a few readers, so few parts are a plain array that is scanned; only
/// more than [#MAX_FLAT] become a [PartTree], and fewer than [#MIN_TREE] an array again. The two
/// limits lie apart, so that a size that swings around one of them does not rebuild each time.
///
/// Nothing depends on hashes or chance: the same calls give the same parts in the same order, which
/// is otherwise unspecified.
///
/// **Bound.** Memory is proportional to the parts inside; an unused index has no array. To add or
/// remove a part takes logarithmic time; a query looks at few parts more than it finds.
///
/// **Confinement.** Owned by the engine; not thread-safe.
final class PartIndex<P extends Part> implements Parts<P> {

  /// The most parts that are kept in a plain array.
  static final int MAX_FLAT = 32;

  /// The fewest parts that are kept in a tree.
  static final int MIN_TREE = 16;

  private static final @Nullable Part[] NONE = {};
  private static final long[] NO_SPANS = {};
  private static final int FIRST_CAPACITY = 2;

  private final int rank;
  private int size;

  /// The part at place 0 as long as there is no tree: many an index never has another one.
  private @Nullable Part first;

  /// The parts at the places from 1 on as long as there is no tree.
  private @Nullable Part[] others = NONE;

  /// From where to where the parts at all places lie along the first axis, in turn; none as long as there is but
  /// one. A query looks at these, which lie side by side, and touches only parts that it may find.
  private long[] spans = NO_SPANS;

  private @Nullable PartTree tree;

  /// An index of boxes with so many axes.
  PartIndex(int rank) {
    this.rank = rank;
  }

  @Override
  public int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /// The tree, if there are parts enough for one.
  @Nullable PartTree tree() {
    return tree;
  }

  /// How many places there are beside the first as long as there is no tree.
  int flatCapacity() {
    return others.length;
  }

  /// Adds a part.
  ///
  /// @throws IllegalStateException if it is in this index or another one: a bug
  void add(P part) {
    checkRank(part.box());
    part.checkFree();
    part.index = this;
    place(part);
    size++;
  }

  private void place(Part part) {
    if (tree == null && size == MAX_FLAT) {
      tree = toTree();
    }
    if (tree == null) {
      placeFlat(part);
    } else {
      tree.add(part);
    }
  }

  private void placeFlat(Part part) {
    if (size > others.length) {
      growFlat();
    }
    setFlat(size, part);
    part.slot = (byte) size;
  }

  private void growFlat() {
    others = Arrays.copyOf(others, Math.clamp(2L * size, FIRST_CAPACITY, MAX_FLAT - 1));
    spans = Arrays.copyOf(spans, 2 * (1 + others.length));
    noteSpan(0, flat(0).box());
  }

  private void setFlat(int place, Part part) {
    if (place == 0) {
      first = part;
    } else {
      others[place - 1] = part;
    }
    if (spans.length > 0) {
      noteSpan(place, part.box());
    }
  }

  private void noteSpan(int place, Box box) {
    spans[2 * place] = box.from(0);
    spans[2 * place + 1] = box.to(0);
  }

  private void forgetFlat(int place) {
    if (place == 0) {
      first = null;
    } else {
      others[place - 1] = null;
    }
  }

  private void forgetAllFlat() {
    first = null;
    others = NONE;
    spans = NO_SPANS;
  }

  private PartTree toTree() {
    PartTree grown = new PartTree(rank);
    for (int i = 0; i < size; i++) {
      grown.add(flat(i));
    }
    forgetAllFlat();
    return grown;
  }

  /// Removes a part.
  ///
  /// @throws IllegalStateException if it is not in this index: a bug
  void remove(P part) {
    if (part.index != this) {
      throw new IllegalStateException(
          "part %s was removed from an index that it is not in; this is a bug in Sluice"
              .formatted(part.box()));
    }
    part.index = null;
    size--;
    if (tree == null) {
      removeFlat(part.slot);
    } else {
      removeFromTree(tree, part);
    }
  }

  /// The last part takes the place of the one removed. A large array does not outlive its parts.
  private void removeFlat(int slot) {
    Part last = flat(size);
    setFlat(slot, last);
    last.slot = (byte) slot;
    forgetFlat(size);
    if (size == 0 && others.length > FIRST_CAPACITY) {
      forgetAllFlat();
    }
  }

  private void removeFromTree(PartTree from, Part part) {
    from.remove(Objects.requireNonNull(part.parent), part);
    if (size < MIN_TREE) {
      toFlat(from);
    }
  }

  private void toFlat(PartTree shrunk) {
    tree = null;
    size = 0;
    shrunk.dismantle(this::moveToFlat);
  }

  private void moveToFlat(Part part) {
    placeFlat(part);
    size++;
  }

  /// Adds to a list each part whose box shares an element with `query`.
  ///
  /// The index must not change while the list is being filled; the caller may change it while it
  /// walks the list. Nothing is allocated but by the list.
  @Override
  public void collectOverlapping(Box query, List<? super P> into) {
    checkRank(query);
    List<? super Part> target = ofAnyPart(into);
    if (tree == null) {
      collectFlat(query, target);
    } else {
      tree.collectOverlapping(query, target);
    }
  }

  private void collectFlat(Box query, List<? super Part> into) {
    long from = query.from(0);
    long to = query.to(0);
    for (int i = 0; i < size; i++) {
      if ((spans.length == 0 || (spans[2 * i] < to && from < spans[2 * i + 1]))
          && flat(i).box().overlaps(query)) {
        into.add(flat(i));
      }
    }
  }

  /// Only parts of type `P` are ever added, so a list of them can take whatever is inside.
  @SuppressWarnings("unchecked")
  private static <P extends Part> List<? super Part> ofAnyPart(List<? super P> list) {
    return (List<? super Part>) list;
  }

  /// Removes all parts, each of which can then be added again, here or elsewhere.
  void clear() {
    if (tree == null) {
      releaseFlat();
    } else {
      tree.dismantle(PartIndex::release);
    }
    tree = null;
    forgetAllFlat();
    size = 0;
  }

  private void releaseFlat() {
    for (int i = 0; i < size; i++) {
      release(flat(i));
    }
  }

  private static void release(Part part) {
    part.index = null;
  }

  private Part flat(int i) {
    return Objects.requireNonNull(i == 0 ? first : others[i - 1]);
  }

  private void checkRank(Box box) {
    if (box.rank() != rank) {
      throw new IllegalArgumentException(
          "the index holds boxes of rank %d, was %d for %s".formatted(rank, box.rank(), box));
    }
  }
}
