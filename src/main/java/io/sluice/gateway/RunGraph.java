package io.sluice.gateway;

import io.sluice.task.Dependency;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The tasks of one run and what they depend on; by name, once there are many, where names that differ only in
/// their numbers are one. As long as that run is open, no other takes its place.
///
/// **Confinement.** One thread.
/// **Bound.** [#MAX_TASKS] tasks are known one by one, [#MAX_NAMES] names; what comes beyond is left out.
final class RunGraph {
  static final int MAX_TASKS = 1_000;
  static final int MAX_NAMES = 500;
  private static final int KNOWN_TASKS = 16_384;
  private static final String MIXED = "MIXED";
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final Map<TaskId, Node> known = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<Arrow, Long> arrows = new LinkedHashMap<>();
  private final List<TaskArrow> taskArrows = new ArrayList<>();
  private long run;
  private boolean open;
  private long taskCount;

  /// A task.
  private static final class Node {
    private final String name;
    private final String kind;
    private final long bytes;
    private String state = "PENDING";

    Node(String name, long bytes) {
      this.name = name;
      this.kind = kindOf(name);
      this.bytes = bytes;
    }
  }

  /// All tasks of one name, its numbers aside.
  private static final class Group {
    private final Map<String, Long> states = new LinkedHashMap<>();
    private long bytes;

    long count() {
      return states.values().stream().mapToLong(Long::longValue).sum();
    }

    void move(@Nullable String from, String to) {
      if (from != null) {
        states.computeIfPresent(from, (state, count) -> count == 1 ? null : count - 1);
      }
      states.merge(to, 1L, Long::sum);
    }

    String state() {
      return states.size() == 1 ? states.keySet().iterator().next() : MIXED;
    }
  }

  /// Between names.
  private record Arrow(String from, String to) {}

  private record TaskArrow(TaskId from, TaskId to) {}

  void admitted(TaskEvent.Admitted event) {
    if (event.run().number() != run && !open) {
      begin(event.run().number());
    }
    if (event.run().number() != run) {
      return;
    }
    taskCount++;
    Node node = new Node(event.taskName(), event.bytes());
    known.put(event.taskId(), node);
    Group group = group(node.kind);
    if (group != null) {
      group.move(null, node.state);
      group.bytes += node.bytes;
    }
    event.dependencies().forEach(dependency -> addArrow(dependency, event.taskId(), node));
    forgetOldest();
  }

  private void begin(long number) {
    run = number;
    open = true;
    taskCount = 0;
    known.clear();
    groups.clear();
    arrows.clear();
    taskArrows.clear();
  }

  /// Whether the run that is shown is open still.
  void open(LongPredicate isOpen) {
    open = isOpen.test(run);
  }

  /// The name with a `#` for each number in it.
  static String kindOf(String name) {
    return name.chars().anyMatch(Character::isDigit) ? NUMBER.matcher(name).replaceAll("#") : name;
  }

  private @Nullable Group group(String name) {
    return groups.size() < MAX_NAMES || groups.containsKey(name)
        ? groups.computeIfAbsent(name, key -> new Group())
        : null;
  }

  private void addArrow(Dependency dependency, TaskId to, Node node) {
    Node from = known.get(dependency.on());
    if (from == null || !groups.containsKey(from.kind) || !groups.containsKey(node.kind)) {
      return;
    }
    Arrow arrow = new Arrow(from.kind, node.kind);
    if (arrows.size() < MAX_TASKS || arrows.containsKey(arrow)) {
      arrows.merge(arrow, 1L, Long::sum);
    }
    if (!isAggregated() && taskArrows.size() < 4 * MAX_TASKS) {
      taskArrows.add(new TaskArrow(dependency.on(), to));
    }
  }

  private void forgetOldest() {
    if (known.size() > KNOWN_TASKS) {
      known.remove(known.keySet().iterator().next());
    }
  }

  /// A task is in another state; ignored for what is not known.
  void moved(TaskId task, String state) {
    Node node = known.get(task);
    if (node == null) {
      return;
    }
    Group group = groups.get(node.kind);
    if (group != null) {
      group.move(node.state, state);
    }
    node.state = state;
  }

  private boolean isAggregated() {
    return taskCount > MAX_TASKS;
  }

  Map<String, @Nullable Object> shown() {
    Map<String, @Nullable Object> graph = new LinkedHashMap<>();
    graph.put("run", run);
    graph.put("taskCount", taskCount);
    graph.put("aggregated", isAggregated());
    graph.put("nodes", isAggregated() ? groupNodes() : taskNodes());
    graph.put("edges", isAggregated() ? groupEdges() : taskEdges());
    return graph;
  }

  private List<Object> taskNodes() {
    List<Object> nodes = new ArrayList<>();
    known.forEach(
        (id, node) -> nodes.add(node(id.toString(), node.name, node.state, node.bytes, 1)));
    return nodes;
  }

  private List<Object> groupNodes() {
    List<Object> nodes = new ArrayList<>();
    groups.forEach(
        (name, group) -> nodes.add(node(name, name, group.state(), group.bytes, group.count())));
    return nodes;
  }

  private static Map<String, Object> node(
      String id, String name, String state, long bytes, long count) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("id", id);
    node.put("name", name);
    node.put("state", state);
    node.put("bytes", bytes);
    node.put("count", count);
    return node;
  }

  private List<Object> taskEdges() {
    List<Object> edges = new ArrayList<>();
    taskArrows.forEach(arrow -> edges.add(edge(arrow.from().toString(), arrow.to().toString(), 1)));
    return edges;
  }

  private List<Object> groupEdges() {
    List<Object> edges = new ArrayList<>();
    arrows.forEach((arrow, count) -> edges.add(edge(arrow.from(), arrow.to(), count)));
    return edges;
  }

  private static Map<String, Object> edge(String from, String to, long count) {
    Map<String, Object> edge = new LinkedHashMap<>();
    edge.put("from", from);
    edge.put("to", to);
    edge.put("count", count);
    return edge;
  }
}
