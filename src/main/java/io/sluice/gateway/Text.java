package io.sluice.gateway;

/// Texts from outside, as they are told again.
final class Text {
  private static final int MAX_CHARACTERS = 80;

  private Text() {}

  static String shortened(String given) {
    String shown =
        given.length() <= MAX_CHARACTERS ? given : given.substring(0, MAX_CHARACTERS) + "…";
    return "'" + shown + "'";
  }
}
