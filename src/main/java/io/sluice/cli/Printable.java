package io.sluice.cli;

import java.util.regex.Pattern;

/// Names and messages are other people's: what would steer the terminal, or begin a line, is shown as `?`.
final class Printable {
  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private Printable() {}

  static String of(String text) {
    return CONTROL.matcher(text).replaceAll("?");
  }
}
