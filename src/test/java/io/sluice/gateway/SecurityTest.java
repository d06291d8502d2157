package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.error.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who comes in, and where it listens.
class SecurityTest extends GatewayFixture {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final Path SOME_FILE = Path.of("pom.xml");

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void anAddressThatOthersReachWantsTlsAndAToken(String address) {
    GatewayOptions options = GatewayOptions.of(TestKernels.class);
    for (GatewayOptions open :
        List.of(options, options.token(TOKEN), options.tls(SOME_FILE, SOME_FILE))) {
      assertThatThrownBy(() -> open.bind(address))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(
              "must be a loopback address unless there are TLS and a token, was " + address);
    }
    assertThat(options.token(TOKEN).tls(SOME_FILE, SOME_FILE).bind(address).bindAddress())
        .isEqualTo(address);
  }

  @Test
  void otherSettingsHaveTheirGateToo() {
    GatewayOptions options = GatewayOptions.of(TestKernels.class);
    assertThatThrownBy(() -> options.port(70_000)).hasMessageContaining("0 to 65535, was 70000");
    assertThatThrownBy(() -> options.token("short"))
        .hasMessageContaining("at least 16 characters, was 5 characters");
    assertThatThrownBy(() -> options.bind("no.such.host.invalid"))
        .hasMessageContaining("must be an address of this machine");
    assertThatThrownBy(() -> options.limits(limits -> limits.runs(0)))
        .hasMessageContaining("gateway.runCount must lie in 1 to");
    assertThatThrownBy(() -> options.limits(limits -> limits.firstByte(Duration.ZERO)))
        .hasMessageContaining("gateway.firstByte must be above 0");
    assertThatThrownBy(() -> Gateway.start(sluice, options.tls(SOME_FILE, SOME_FILE)).block(BOUND))
        .hasMessageContaining("must be a chain of certificates and a private key");
    assertThat(options.token(TOKEN).toString()).doesNotContain(TOKEN);
  }

  @Test
  void aPortInUseIsAnErrorOfTheStart() {
    int port = gateway.address().getPort();
    assertThatThrownBy(() -> start(options -> options.port(port)))
        .hasMessageContaining("Failed to bind on [127.0.0.1:" + port);
  }

  @Test
  void withoutTheTokenNobodyComesIn() {
    restart(options -> options.token(TOKEN));
    for (Route route : gateway.routes()) {
      String path = route.path().replaceAll("\\{\\w+}", "1");
      var request =
          request(path).method(route.method(), java.net.http.HttpRequest.BodyPublishers.noBody());
      if (!route.open()) {
        assertThat(error(send(request), 401).path("code").asText()).isEqualTo("wrong-token");
      } else {
        assertThat(send(request).statusCode()).as(path).isNotEqualTo(401);
      }
    }
    assertThat(error(get("/no/such/path"), 401).path("code").asText())
        .as("paths are not told either")
        .isEqualTo("wrong-token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Basic 0123456789abcdef0123456789abcdef",
        "Bearer 0123456789abcdef0123456789abcde",
        "Bearer 0123456789abcdef0123456789abcdef0",
        "Bearer 0123456789ABCDEF0123456789abcdef",
        "0123456789abcdef0123456789abcdef"
      })
  void aWrongTokenIsRefused(String authorization) {
    restart(options -> options.token(TOKEN));
    assertThat(
            error(send(request("/runs").header("Authorization", authorization)), 401)
                .path("code")
                .asText())
        .isEqualTo("wrong-token");
  }

  @Test
  void theTokenLetsIn() {
    restart(options -> options.token(TOKEN));
    for (String scheme : List.of("Bearer ", "bearer ")) {
      assertThat(send(request("/runs").header("Authorization", scheme + TOKEN)).statusCode())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: 127.0.0.1.evil.example",
        "Host: localhost.evil.example:80",
        "Host: ",
        "X: no host at all",
        "Host: 127.0.0.1@evil.example"
      })
  void aNameThatIsNotTheGatewaysIsRefused(String header) {
    try (RawClient client = new RawClient(gateway)) {
      client.send("GET /runs HTTP/1.1\r\n" + header + "\r\n\r\n");
      assertThat(client.readToEnd()).matches("(?s)HTTP/1.1 4(21|00) .*");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]", "[::1]:80", "mine.example"})
  void itsOwnNamesAreNot(String host) {
    restart(options -> options.host("Mine.example"));
    try (RawClient client = new RawClient(gateway)) {
      client.send("GET /runs HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
      assertThat(client.readUntil("runs")).startsWith("HTTP/1.1 200 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "null",
        "https://localhost",
        "http://localhost.evil.example",
        "http://localhost:81",
        "http://127.0.0.1"
      })
  void aPageOfAnotherSiteIsRefused(String origin) {
    try (RawClient client = new RawClient(gateway)) {
      client.send(drainFrom(origin));
      assertThat(client.readToEnd()).startsWith("HTTP/1.1 403 ").contains("wrong-origin");
    }
  }

  @Test
  void itsOwnPageIsNot() {
    try (RawClient client = new RawClient(gateway)) {
      client.send(drainFrom("http://localhost"));
      assertThat(client.readUntil("taskCount")).startsWith("HTTP/1.1 200 ");
    }
  }

  private static String drainFrom(String origin) {
    return String.join(
        "\r\n",
        "POST /drain HTTP/1.1",
        "Host: localhost",
        "Content-Length: 0",
        "Origin: " + origin,
        "",
        "");
  }
}
