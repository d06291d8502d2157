package io.sluice.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.observe.CriticalPath;
import io.sluice.observe.Trace;
import io.sluice.observe.TracedTask;
import io.sluice.observe.Waits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// What a run came to and where its time went, as one object of JSON.
final class TraceJson {
  private static final JsonMapper MAPPER = new JsonMapper();

  private TraceJson() {}

  static String of(RunReport report, Trace trace, Path file) throws IOException {
    ObjectNode all = MAPPER.createObjectNode();
    all.set("summary", MAPPER.readTree(report.summary()));
    ObjectNode told = all.putObject("trace");
    told.put("file", file.toString()).put("tasks", trace.tasks().size());
    told.put("spanNs", trace.spanNs());
    path(told.putObject("criticalPath"), trace.criticalPath());
    waits(told.putObject("waitedForNs"), trace.waits());
    kernels(told.putArray("kernels"), trace);
    told.put("lostEvents", trace.lostCount()).put("forgottenEvents", trace.forgottenCount());
    return MAPPER.writeValueAsString(all) + "\n";
  }

  private static void path(ObjectNode told, CriticalPath path) {
    told.put("lengthNs", path.lengthNs()).put("share", path.share());
    ArrayNode tasks = told.putArray("tasks");
    path.tasks().forEach(task -> tasks.add(task.id().toString()));
  }

  private static void waits(ObjectNode told, Waits waits) {
    told.put("bytes", waits.bytesNs());
    told.put("producers", waits.producerNs());
    told.put("workers", waits.workerNs());
    told.put("subscriber", waits.subscriberNs());
  }

  private static void kernels(ArrayNode told, Trace trace) {
    Map<String, long[]> byKernel = new TreeMap<>();
    for (TracedTask task : trace.tasks()) {
      long[] sums = byKernel.computeIfAbsent(task.kernel(), kernel -> new long[2]);
      sums[0]++;
      sums[1] += task.runTimeNs();
    }
    byKernel.forEach(
        (kernel, sums) ->
            told.addObject().put("kernel", kernel).put("tasks", sums[0]).put("ranNs", sums[1]));
  }
}
