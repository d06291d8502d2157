package io.sluice.ndjson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The object of a line, or one inside it; every getter refuses what is not of its type, with the line's
/// number.
///
/// Immutable.
final class JsonLine {
  private static final int MAX_DEPTH = 8;
  private static final int MAX_NUMBER_CHARACTERS = 64;
  private static final int MAX_NAME_CHARACTERS = 256;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_CHARACTERS)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final long number;
  private final String path;
  private final JsonNode object;

  private JsonLine(long number, String path, JsonNode object) {
    this.number = number;
    this.path = path;
    this.object = object;
  }

  /// @throws NdjsonException if the line is not one object
  static JsonLine of(Line line) {
    JsonNode read;
    try {
      read = MAPPER.readTree(line.bytes());
    } catch (JsonProcessingException e) {
      throw new NdjsonException(
          line.number(), "a line must be one JSON object", e.getOriginalMessage());
    } catch (IOException e) {
      throw new NdjsonException(line.number(), "a line must be UTF-8 text", e.getMessage());
    }
    return asObject(line.number(), "", "a line", read);
  }

  private static JsonLine asObject(long number, String path, String what, JsonNode node) {
    if (!(node instanceof ObjectNode)) {
      throw new NdjsonException(number, what + " must be a JSON object", node);
    }
    return new JsonLine(number, path, node);
  }

  long number() {
    return number;
  }

  boolean has(String field) {
    return object.has(field);
  }

  /// Refuses fields that are not among these: what is misspelt must not be passed over.
  void checkFields(Set<String> known) {
    for (String field : (Iterable<String>) object::fieldNames) {
      if (!known.contains(field)) {
        throw refusal("the fields of this object must be among " + sorted(known), field);
      }
    }
  }

  private static List<String> sorted(Set<String> known) {
    return known.stream().sorted().toList();
  }

  String text(String field) {
    JsonNode value = object.get(field);
    if (value == null || !value.isTextual() || value.textValue().isBlank()) {
      throw refusal(path + field + " must be a string that is not blank", value);
    }
    return value.textValue();
  }

  /// Of this object as it is in the line; null if the field is left out.
  @Nullable String textOrNull(String field) {
    return has(field) ? text(field) : null;
  }

  /// A name, which many may keep.
  String name(String field) {
    String name = text(field);
    if (name.length() > MAX_NAME_CHARACTERS) {
      throw refusal(
          "%s%s must have at most %d characters".formatted(path, field, MAX_NAME_CHARACTERS),
          name.length());
    }
    return name;
  }

  /// A whole number in this range.
  long number(String field, long from, long to) {
    JsonNode value = object.get(field);
    boolean isWhole = value != null && value.isIntegralNumber() && value.canConvertToLong();
    if (!isWhole || value.longValue() < from || value.longValue() > to) {
      throw refusal(
          "%s%s must be a whole number from %d to %d".formatted(path, field, from, to), value);
    }
    return value.longValue();
  }

  boolean flag(String field) {
    JsonNode value = object.get(field);
    if (value != null && !value.isBoolean()) {
      throw refusal(path + field + " must be true or false", value);
    }
    return value != null && value.booleanValue();
  }

  /// The elements of an array; none if the field is left out.
  List<JsonNode> array(String field) {
    JsonNode value = object.get(field);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw refusal(path + field + " must be an array", value);
    }
    List<JsonNode> elements = new ArrayList<>(value.size());
    value.forEach(elements::add);
    return elements;
  }

  /// The elements of an array of objects.
  List<JsonLine> objects(String field) {
    List<JsonLine> objects = new ArrayList<>();
    List<JsonNode> elements = array(field);
    for (int i = 0; i < elements.size(); i++) {
      String name = "%s%s[%d]".formatted(path, field, i);
      objects.add(asObject(number, name + ".", name, elements.get(i)));
    }
    return objects;
  }

  /// The elements of an array of whole numbers.
  long[] longs(String field) {
    List<JsonNode> elements = array(field);
    long[] longs = new long[elements.size()];
    for (int i = 0; i < longs.length; i++) {
      longs[i] = asLong(field, i, elements.get(i));
    }
    return longs;
  }

  /// Words are made for a refusal only: there may be half a million elements.
  private long asLong(String field, int place, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw refusal(
          "%s%s[%d] must be a whole number of 64 bits".formatted(path, field, place), value);
    }
    return value.longValue();
  }

  /// The elements of an array of strings.
  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    for (JsonNode each : array(field)) {
      if (!each.isTextual()) {
        throw refusal("%s%s must be an array of strings".formatted(path, field), each);
      }
      texts.add(each.textValue());
    }
    return texts;
  }

  NdjsonException refusal(String rule, @Nullable Object given) {
    return new NdjsonException(number, rule, given == null ? "left out" : given);
  }
}
