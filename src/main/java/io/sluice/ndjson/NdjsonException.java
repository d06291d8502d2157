package io.sluice.ndjson;

import org.jspecify.annotations.Nullable;

/// A line that breaks a rule of the format; nothing of it has reached the runtime.
///
/// ```
/// line 3: dtype must be one of FLOAT32, FLOAT64, ..., was "float"; ...
/// ```
public final class NdjsonException extends RuntimeException {
  private static final int MAX_GIVEN_CHARACTERS = 80;

  private final long lineNumber;
  private final String rule;
  private final String given;

  /// @param lineNumber from 1
  /// @param rule what holds, as in `shape must be an array`
  /// @param given the value that breaks it; cut off behind 80 characters
  public NdjsonException(long lineNumber, String rule, @Nullable Object given) {
    this(lineNumber, rule, shortened(String.valueOf(given)));
  }

  private NdjsonException(long lineNumber, String rule, String given) {
    super("line " + lineNumber + ": " + rule + ", was " + given);
    this.lineNumber = lineNumber;
    this.rule = rule;
    this.given = given;
  }

  private static String shortened(String given) {
    return given.length() <= MAX_GIVEN_CHARACTERS
        ? given
        : given.substring(0, MAX_GIVEN_CHARACTERS) + "…";
  }

  /// Which line, from 1.
  public long lineNumber() {
    return lineNumber;
  }

  /// What holds for it.
  public String rule() {
    return rule;
  }

  /// What was there instead, as text.
  public String given() {
    return given;
  }
}
