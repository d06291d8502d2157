package io.sluice.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes values as JSON: maps, lists, records, text, numbers.
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static byte[] bytes(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value can't be written; this is a bug in Sluice", e);
    }
  }

  /// The same with a line feed behind it.
  static byte[] line(@Nullable Object value) {
    byte[] bytes = bytes(value);
    byte[] line = Arrays.copyOf(bytes, bytes.length + 1);
    line[bytes.length] = '\n';
    return line;
  }

  static String text(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value can't be written; this is a bug in Sluice", e);
    }
  }
}
