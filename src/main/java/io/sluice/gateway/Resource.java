package io.sluice.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Files of the jar.
final class Resource {
  private Resource() {}

  /// @param name of a file beside this class
  /// @throws HttpRefusal if there is none
  static byte[] bytes(String name) {
    try (InputStream in = Resource.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new HttpRefusal(404, "unknown-path", "there is no such file");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("a file of the jar can't be read", e);
    }
  }
}
