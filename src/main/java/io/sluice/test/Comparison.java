package io.sluice.test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a pipeline emits under one schedule against what it emits under the plain one.
///
/// @param <T> the pipeline's elements
final class Comparison<T> {
  private static final int MOST_SHOWN = 5;
  private static final int LONGEST_SHOWN = 200;

  private final Ending<T> plain;
  private final boolean inOrder;
  private final boolean allOrError;
  private final @Nullable String unwritten;
  private final Set<Value> known;

  /// @param unwritten what kernels left unwritten, in words; null if nothing
  Comparison(Ending<T> plain, ScheduleSettings settings, @Nullable String unwritten) {
    this.plain = plain;
    this.inOrder = settings.inOrder();
    this.allOrError = settings.allOrError();
    this.unwritten = unwritten;
    this.known = new HashSet<>(plain.values());
  }

  /// Checks the plain schedule with other fresh bytes: there is no other difference.
  void checkPlain(Ending<T> inverted) {
    if (!inverted.values().equals(plain.values())) {
      throw inverted.failure(
          (unwritten == null
                  ? "it emits other values when it is just repeated"
                  : "it emits what depends on bytes that nobody wrote: " + unwritten)
              + "; "
              + difference(inverted),
          null);
    }
  }

  /// Checks another schedule.
  void check(Ending<T> ending) {
    if (plain.error() == null && !isAsExpected(ending)) {
      throw ending.failure(
          "the values depend on the schedule; "
              + difference(ending)
              + (unwritten == null ? "" : "; note that " + unwritten),
          null);
    }
  }

  private boolean isAsExpected(Ending<T> ending) {
    if (ending.isCompleted()) {
      return (ending.injectedCount() > 0 && !allOrError) || isSame(ending.values());
    }
    return known.containsAll(ending.values());
  }

  private boolean isSame(List<Value> values) {
    return inOrder
        ? values.equals(plain.values())
        : counted(values).equals(counted(plain.values()));
  }

  private static Map<Value, Integer> counted(List<Value> values) {
    Map<Value, Integer> counts = new HashMap<>();
    values.forEach(value -> counts.merge(value, 1, Integer::sum));
    return counts;
  }

  private String difference(Ending<T> ending) {
    List<Value> missing = without(plain.values(), ending.values());
    List<Value> unexpected = without(ending.values(), plain.values());
    if (missing.isEmpty() && unexpected.isEmpty()) {
      return "their order: " + shown(ending.values()) + " in place of " + shown(plain.values());
    }
    return "missing: %s, unexpected: %s".formatted(shown(missing), shown(unexpected));
  }

  private static List<Value> without(List<Value> from, List<Value> others) {
    Map<Value, Integer> left = counted(others);
    List<Value> rest = new ArrayList<>();
    for (Value value : from) {
      if (left.merge(value, -1, Integer::sum) < 0) {
        rest.add(value);
      }
    }
    return rest;
  }

  private static String shown(List<Value> values) {
    List<String> first = values.stream().limit(MOST_SHOWN).map(Comparison::shown).toList();
    int more = values.size() - first.size();
    return first + (more == 0 ? "" : " and " + more + " more");
  }

  private static String shown(Value value) {
    String text = value.toString();
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "…";
  }
}
