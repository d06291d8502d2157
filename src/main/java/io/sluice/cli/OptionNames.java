package io.sluice.cli;

import io.sluice.error.ConfigurationException;
import java.util.Map;

/// Says of errors of the API what there is to be done at the command line, where nobody has a builder.
final class OptionNames {
  private record Remedy(String option, String remedy) {}

  private static final Map<String, Remedy> BY_KEY =
      Map.of(
          "heap.capacityBytes",
          new Remedy("--heap", "give such as --heap 64MiB"),
          "pool.workerCount",
          new Remedy("--workers", "leave it out for as many as processors"),
          "events.recordedCount",
          new Remedy("--events", "leave it out for as many as there is memory for"),
          "gateway.port",
          new Remedy("--port", "use --port 0 for any that is free"),
          "gateway.bindAddress",
          new Remedy(
              "--bind", "give --tls-certificate, --tls-key and --token, or leave --bind out"),
          "gateway.token",
          new Remedy("--token, or SLUICE_TOKEN,", "draw a long one, as by: openssl rand -hex 32"),
          "gateway.tls",
          new Remedy("--tls-certificate and --tls-key", "name files that hold them"));

  private OptionNames() {}

  static String text(ConfigurationException broken) {
    Remedy known = BY_KEY.get(broken.key());
    return known == null
        ? text(String.valueOf(broken.getMessage()))
        : "%s %s, was %s; %s"
            .formatted(known.option(), broken.rule(), given(broken), known.remedy());
  }

  /// The pool's name is none that the user gave.
  private static String given(ConfigurationException broken) {
    return broken.given().replace(" for pool '" + RuntimeOptions.POOL + "'", "");
  }

  static String text(String message) {
    return message.replace("Sluice.builder().heap(...)", "--heap");
  }
}
