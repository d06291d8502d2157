package io.sluice.error;

import org.jspecify.annotations.Nullable;

/// A setting that breaks its rule; thrown by the setting's gate, before anything was built.
///
/// ```
/// heap.capacityBytes must be a positive multiple of 1024, was 1000; use DataSize.kibibytes(n)
/// ```
public final class ConfigurationException extends SluiceException {
  private final String key;
  private final String rule;
  private final String given;
  private final String remedy;

  /// A setting `key` (unit included) that breaks `rule`; `remedy` says what to write instead.
  public ConfigurationException(String key, String rule, @Nullable Object given, String remedy) {
    super(key + " " + rule + ", was " + given + "; " + remedy);
    this.key = key;
    this.rule = rule;
    this.given = String.valueOf(given);
    this.remedy = remedy;
  }

  /// The setting, with its unit, as in `heap.capacityBytes`.
  public String key() {
    return key;
  }

  /// What holds for the setting, as in `must be positive`.
  public String rule() {
    return rule;
  }

  /// The value that was refused, as text.
  public String given() {
    return given;
  }

  /// What to write instead.
  public String remedy() {
    return remedy;
  }
}
