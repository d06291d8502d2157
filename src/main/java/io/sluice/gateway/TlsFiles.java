package io.sluice.gateway;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.sluice.error.ConfigurationException;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import reactor.netty.http.server.HttpServer;

/// TLS of a gateway, by the files of its options.
final class TlsFiles {
  private TlsFiles() {}

  /// The server with TLS, if the options have it: versions 1.2 and 1.3.
  ///
  /// @throws ConfigurationException if the files hold no certificate and key
  static HttpServer on(HttpServer server, GatewayOptions options) {
    Path certificate = options.certificate();
    Path key = options.key();
    if (certificate == null || key == null) {
      return server;
    }
    SslContext context = context(certificate, key);
    return server.secure(spec -> spec.sslContext(context));
  }

  private static SslContext context(Path certificate, Path key) {
    try {
      return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (SSLException | IllegalArgumentException e) {
      throw new ConfigurationException(
          "gateway.tls",
          "must be a chain of certificates and a private key, in PEM",
          certificate + " and " + key + " (" + e.getMessage() + ")",
          "use files that hold them");
    }
  }
}
