package io.sluice.gateway;

import io.sluice.error.Diagnosis;
import io.sluice.task.RunId;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskId;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Events and what they hold as maps, to be written as JSON: ids as text, runs as numbers, errors as kind
/// and message without their traces.
final class RecordJson {
  private RecordJson() {}

  /// The event's fields, by name.
  static Map<String, @Nullable Object> of(TaskEvent event) {
    return fields((Record) event);
  }

  static Map<String, @Nullable Object> of(Throwable error) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("kind", error.getClass().getSimpleName());
    object.put("message", error.getMessage());
    Throwable cause = error.getCause();
    object.put("cause", cause == null ? null : cause.toString());
    return object;
  }

  private static Map<String, @Nullable Object> fields(Record record) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      object.put(component.getName(), plain(value(record, component)));
    }
    return object;
  }

  private static @Nullable Object value(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record of ours can't be read; a bug in Sluice", e);
    }
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Number number -> number;
      case Boolean flag -> flag;
      case RunId run -> run.number();
      case TaskId id -> id.toString();
      case Throwable error -> of(error);
      case Diagnosis diagnosis -> diagnosis;
      case List<?> list -> {
        List<@Nullable Object> elements = new ArrayList<>();
        list.forEach(element -> elements.add(plain(element)));
        yield elements;
      }
      case Record record when record.getClass().getPackageName().startsWith("io.sluice") ->
          fields(record);
      default -> value.toString();
    };
  }
}
