package io.sluice.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.observe.CriticalPath;
import io.sluice.observe.Trace;
import io.sluice.observe.TracedTask;
import java.io.IOException;

/// A recorded run's graph as JSON.
final class GraphJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private GraphJson() {}

  static String of(Trace trace) throws IOException {
    ObjectNode graph = MAPPER.createObjectNode();
    ArrayNode tasks = graph.putArray("tasks");
    ArrayNode arrows = graph.putArray("arrows");
    for (TracedTask task : trace.tasks()) {
      tasks
          .addObject()
          .put("task", task.id().toString())
          .put("name", task.name())
          .put("state", task.state().name())
          .put("runTimeNs", task.runTimeNs());
      task.dependencies()
          .forEach(
              dependency ->
                  arrows
                      .addObject()
                      .put("from", dependency.on().toString())
                      .put("to", task.id().toString())
                      .put("kind", dependency.kind().name()));
    }
    CriticalPath path = trace.criticalPath();
    ObjectNode critical = graph.putObject("criticalPath");
    critical.put("lengthNs", path.lengthNs()).put("share", path.share());
    ArrayNode steps = critical.putArray("tasks");
    path.tasks().forEach(task -> steps.add(task.id().toString()));
    return MAPPER.writeValueAsString(graph) + "\n";
  }
}
