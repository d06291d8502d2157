package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway that others may reach.
class TlsTest extends GatewayFixture {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path directory;

  @Test
  void withTlsAndTokenItAnswersAndWithoutItDoesNot() throws Exception {
    KeyStore keys = keys();
    Path certificate =
        pem("certificate", "CERTIFICATE", keys.getCertificate("gateway").getEncoded());
    Path key = pem("key", "PRIVATE KEY", keys.getKey("gateway", PASSWORD).getEncoded());
    restart(options -> options.tls(certificate, key).token(TOKEN).bind("0.0.0.0"));
    URI runs = URI.create("https://localhost:" + gateway.address().getPort() + "/runs");
    try (HttpClient trusting = HttpClient.newBuilder().sslContext(trust(keys)).build()) {
      var request = HttpRequest.newBuilder(runs).timeout(BOUND);
      assertThat(trusting.send(request.build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(401);
      request.header("Authorization", "Bearer " + TOKEN);
      assertThat(trusting.send(request.build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
    assertThatThrownBy(() -> client.send(request("/health").build(), BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }

  private KeyStore keys() throws Exception {
    Path store = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "gateway",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .start();
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private Path pem(String name, String type, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        directory.resolve(name + ".pem"),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, text, type));
  }

  private static SSLContext trust(KeyStore keys) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("gateway", keys.getCertificate("gateway"));
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
