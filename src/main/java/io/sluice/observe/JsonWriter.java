package io.sluice.observe;

import java.io.IOException;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/// Writes JSON, one token after another; sees to commas and escapes, and to nothing else.
///
/// **Confinement.** One thread.
final class JsonWriter {
  private final Writer out;
  private boolean needsComma;

  JsonWriter(Writer out) {
    this.out = out;
  }

  JsonWriter beginObject() throws IOException {
    return begin('{');
  }

  JsonWriter beginArray() throws IOException {
    return begin('[');
  }

  private JsonWriter begin(char bracket) throws IOException {
    comma();
    out.write(bracket);
    needsComma = false;
    return this;
  }

  void endObject() throws IOException {
    end('}');
  }

  void endArray() throws IOException {
    end(']');
  }

  private void end(char bracket) throws IOException {
    out.write(bracket);
    needsComma = true;
  }

  JsonWriter name(String name) throws IOException {
    comma();
    quote(name);
    out.write(':');
    needsComma = false;
    return this;
  }

  void field(String name, @Nullable String value) throws IOException {
    name(name).value(value);
  }

  void field(String name, long value) throws IOException {
    name(name).raw(Long.toString(value));
  }

  /// Nanoseconds as microseconds, exactly.
  void micros(String name, long ns) throws IOException {
    name(name).raw(ns / 1_000 + "." + Long.toString(1_000 + ns % 1_000).substring(1));
  }

  void value(@Nullable String value) throws IOException {
    if (value == null) {
      raw("null");
    } else {
      comma();
      quote(value);
      needsComma = true;
    }
  }

  private void raw(String text) throws IOException {
    comma();
    out.write(text);
    needsComma = true;
  }

  private void comma() throws IOException {
    if (needsComma) {
      out.write(',');
    }
  }

  private void quote(String text) throws IOException {
    out.write('"');
    for (int i = 0; i < text.length(); i++) {
      escape(text.charAt(i));
    }
    out.write('"');
  }

  private void escape(char c) throws IOException {
    if (c == '"' || c == '\\') {
      out.write('\\');
      out.write(c);
    } else if (c < ' ' || Character.isSurrogate(c)) {
      out.write("\\u%04x".formatted((int) c));
    } else {
      out.write(c);
    }
  }

  void flush() throws IOException {
    out.flush();
  }
}
