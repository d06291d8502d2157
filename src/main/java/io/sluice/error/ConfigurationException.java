package io.sluice.error;

/// A setting that breaks its rule; thrown by the setting's gate, before anything was built.
public final class ConfigurationException extends SluiceException {
  private final String key;

  /// A setting `key` (unit included) that breaks `rule`; `remedy` says what to write instead.
  public ConfigurationException(String key, String rule, Object given, String remedy) {
    super(key + " " + rule + ", was " + given + "; " + remedy);
    this.key = key;
  }

  /// The setting, with its unit, as in `heap.capacityBytes`.
  public String key() {
    return key;
  }
}
