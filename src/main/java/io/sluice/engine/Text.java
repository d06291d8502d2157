package io.sluice.engine;

import java.util.Locale;

/// Words with numbers, the same in every country: `1,024`.
final class Text {
  private Text() {}

  @SuppressWarnings("AnnotateFormatMethod")
  static String of(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
