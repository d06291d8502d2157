package io.sluice.config;

import io.sluice.error.ConfigurationException;
import java.util.Arrays;
import java.util.Locale;

/// How closely results that yield are watched for being dropped without being closed.
///
/// The level decides what is told, never what is done: the bytes of a dropped result come back on
/// each of them, once the garbage collector has found it.
///
/// | level | told | with the place where the run was assembled | with the trail of who touched it |
/// | --- | --- | --- | --- |
/// | `OFF` | nothing | | |
/// | `SAMPLED` | each leak | for a runtime's first 127 assemblies, then for one in 127 | for one result in 127 |
/// | `PARANOID` | each leak | always | always |
public enum LeakLevel {
  /// Says nothing of leaks.
  OFF,

  /// The default: tells each leak, and takes stack traces for one in 127 only. A prime, so that it does
  /// not fall into step with what a program repeats.
  SAMPLED,

  /// Takes a stack trace for each assembly, each hand-over and each touch; for tests and the search.
  PARANOID;

  /// The system property that says which level a builder begins with, in upper or lower case.
  public static final String PROPERTY = "sluice.leaks";

  /// What the system property [#PROPERTY] says; `SAMPLED` without.
  ///
  /// @throws ConfigurationException if it names no level
  public static LeakLevel ofSystem() {
    String given = System.getProperty(PROPERTY);
    return given == null ? SAMPLED : named(given);
  }

  private static LeakLevel named(String given) {
    for (LeakLevel level : values()) {
      if (level.name().equals(given.strip().toUpperCase(Locale.ROOT))) {
        return level;
      }
    }
    throw new ConfigurationException(
        "system property " + PROPERTY,
        "must be one of " + Arrays.toString(values()),
        "'" + given + "'",
        "leave it out for SAMPLED");
  }
}
