package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.observe.Slice;
import io.sluice.observe.Trace;
import io.sluice.observe.TracedTask;
import io.sluice.observe.Waits;
import io.sluice.task.Dependency;
import io.sluice.task.RunId;
import io.sluice.task.TaskId;
import io.sluice.task.TaskState;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a trace back from the file that was written of it; counters are left out.
final class TraceReader {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final String NO_WORKER = "no worker";
  private static final Pattern GIVEN_UP = Pattern.compile("(.*) given up( \\d+)?");

  private final Map<String, List<JsonNode>> slicesByTask = new LinkedHashMap<>();
  private final Map<Integer, String> tracks = new HashMap<>();

  private TraceReader() {}

  /// @throws BadInput if the file is no trace of Sluice's
  static Trace read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw notOurs(file, "it is a directory");
    }
    try {
      JsonNode json = MAPPER.readTree(Files.readString(file));
      if (json == null || !json.at("/otherData/producer").asText().equals("sluice")) {
        throw notOurs(file, "it does not say that sluice has written it");
      }
      return new TraceReader().trace(json);
    } catch (JsonProcessingException broken) {
      throw notOurs(file, String.valueOf(broken.getOriginalMessage()));
    } catch (CharacterCodingException broken) {
      throw notOurs(file, "it is no text");
    } catch (FileSystemException named) {
      throw named;
    } catch (IOException failure) {
      throw new IOException("can't read '%s': %s".formatted(file, failure.getMessage()), failure);
    } catch (IllegalArgumentException | IndexOutOfBoundsException broken) {
      throw notOurs(file, broken.toString());
    }
  }

  private static BadInput notOurs(Path file, String why) {
    return new BadInput(
        "'%s' must be a trace that 'sluice trace' or 'sluice run --trace' wrote: %s"
            .formatted(file, why));
  }

  private Trace trace(JsonNode json) {
    for (JsonNode event : json.path("traceEvents")) {
      String phase = event.path("ph").asText();
      if (phase.equals("M")) {
        tracks.put(event.path("tid").asInt(), event.at("/args/name").asText());
      } else if (phase.equals("X")) {
        slicesByTask
            .computeIfAbsent(event.at("/args/task").asText(), task -> new ArrayList<>())
            .add(event);
      }
    }
    List<TracedTask> tasks = new ArrayList<>();
    slicesByTask.values().forEach(slices -> tasks.add(task(slices)));
    return new Trace(
        tasks,
        List.of(),
        List.of(),
        json.at("/otherData/spanNs").asLong(),
        json.at("/otherData/lostEvents").asLong(),
        json.at("/otherData/forgottenEvents").asLong());
  }

  private TracedTask task(List<JsonNode> events) {
    JsonNode first = events.getFirst();
    JsonNode arguments = first.path("args");
    List<Slice> slices =
        events.stream().filter(event -> !track(event).equals(NO_WORKER)).map(this::slice).toList();
    return new TracedTask(
        id(arguments.path("task").asText()),
        first.path("name").asText(),
        first.path("cat").asText(),
        new RunId(0, arguments.path("run").asText()),
        arguments.path("bytes").asLong(),
        arguments.path("nextNs").asLong(arguments.path("admittedNs").asLong()),
        arguments.path("admittedNs").asLong(),
        slices.isEmpty() ? nanos(first, "ts") : endedNs(slices),
        TaskState.valueOf(arguments.path("state").asText()),
        slices,
        dependencies(arguments.path("dependencies")),
        new Waits(
            arguments.path("waitedForBytesNs").asLong(),
            arguments.path("waitedForProducerNs").asLong(),
            arguments.path("waitedForWorkerNs").asLong(),
            arguments.path("waitedForSubscriberNs").asLong()));
  }

  /// Nobody waited for a kernel that was given up, unless no more is known of its task.
  private static long endedNs(List<Slice> slices) {
    boolean noneWaited = slices.stream().allMatch(Slice::givenUp);
    return slices.stream()
        .filter(slice -> noneWaited || !slice.givenUp())
        .mapToLong(Slice::endedNs)
        .max()
        .orElseThrow();
  }

  private String track(JsonNode event) {
    return tracks.getOrDefault(event.path("tid").asInt(), NO_WORKER);
  }

  private Slice slice(JsonNode event) {
    String track = track(event);
    Matcher named = GIVEN_UP.matcher(track);
    boolean givenUp = named.matches();
    String worker = givenUp ? named.group(1) : track;
    int dash = worker.lastIndexOf('-');
    long started = nanos(event, "ts");
    return new Slice(
        worker.substring(0, dash),
        Integer.parseInt(worker.substring(dash + 1)),
        event.at("/args/member").asInt(),
        event.at("/args/attempt").asInt(),
        started,
        started + nanos(event, "dur"),
        false,
        givenUp);
  }

  private static long nanos(JsonNode event, String field) {
    return Math.round(event.path(field).asDouble() * 1e3);
  }

  private static List<Dependency> dependencies(JsonNode texts) {
    List<Dependency> dependencies = new ArrayList<>();
    for (JsonNode text : texts) {
      int blank = text.asText().indexOf(' ');
      dependencies.add(
          new Dependency(
              id(text.asText().substring(0, blank)),
              Dependency.Kind.valueOf(text.asText().substring(blank + 1))));
    }
    return dependencies;
  }

  private static TaskId id(String text) {
    int colon = text.indexOf(':');
    return new TaskId(
        Long.parseLong(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
  }
}
