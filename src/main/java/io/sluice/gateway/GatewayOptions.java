package io.sluice.gateway;

import io.sluice.error.ConfigurationException;
import io.sluice.task.KernelLibrary;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Where a gateway listens, whom it lets in, and which kernels it runs. Immutable.
///
/// ```java
/// GatewayOptions.of(Photos.class).port(8080)
/// GatewayOptions.of(Photos.class).bind("0.0.0.0").tls(certificate, key).token(secret).host("sluice.example.org")
/// ```
///
/// @param library whose kernels clients may name; nothing else can be run
/// @param bindAddress where to listen; a loopback address unless there are TLS and token
/// @param port 0 to 65,535; 0 for any that is free
/// @param certificate a chain of certificates in PEM; null without TLS
/// @param key its private key in PEM (PKCS 8, without password); null without TLS
/// @param token what clients send as bearer token, at least 16 characters; null for none
/// @param hosts names, beside those of the loopback, that clients may call it by
/// @param metrics what `/metrics` answers, in the text format of Prometheus; null for the runtime's figures
/// @param limits what bounds it
@SuppressWarnings("NullAway") // nullness of record components is checked by the gate
public record GatewayOptions(
    Class<? extends KernelLibrary> library,
    String bindAddress,
    int port,
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable String token,
    Set<String> hosts,
    @Nullable Supplier<String> metrics,
    GatewayLimits limits) {
  private static final int MIN_TOKEN_CHARACTERS = 16;
  private static final int MAX_PORT = 65_535;

  /// The only gate.
  ///
  /// @throws ConfigurationException if a value is null or out of its range, or if others than this machine
  ///     could come in without TLS and token
  public GatewayOptions {
    if (library == null || bindAddress == null || limits == null || hosts == null) {
      throw new ConfigurationException(
          "gateway", "must have a library, an address, hosts and limits", null, "use of(...)");
    }
    if (port < 0 || port > MAX_PORT) {
      throw new ConfigurationException(
          "gateway.port", "must lie in 0 to 65535", port, "use port(0) for any that is free");
    }
    if ((certificate == null) != (key == null)) {
      throw new ConfigurationException(
          "gateway.tls", "must have a certificate and a key", certificate, "use tls(both)");
    }
    if (token != null && token.length() < MIN_TOKEN_CHARACTERS) {
      throw new ConfigurationException(
          "gateway.token",
          "must have at least 16 characters",
          token.length() + " characters",
          "draw a long one, as by: openssl rand -hex 32");
    }
    if (!isLoopback(bindAddress) && (certificate == null || token == null)) {
      throw new ConfigurationException(
          "gateway.bindAddress",
          "must be a loopback address unless there are TLS and a token",
          bindAddress,
          "add tls(certificate, key) and token(secret), or leave bind(...) out");
    }
    hosts = lowerCase(hosts);
  }

  private static Set<String> lowerCase(Set<String> hosts) {
    Set<String> lower = new TreeSet<>();
    hosts.forEach(host -> lower.add(host.toLowerCase(Locale.ROOT)));
    return Set.copyOf(lower);
  }

  private static boolean isLoopback(String address) {
    try {
      for (InetAddress each : InetAddress.getAllByName(address)) {
        if (!each.isLoopbackAddress()) {
          return false;
        }
      }
      return !address.isBlank();
    } catch (UnknownHostException e) {
      throw new ConfigurationException(
          "gateway.bindAddress", "must be an address of this machine", address, "use 127.0.0.1");
    }
  }

  /// Kernels of `library`, on any free port of the loopback, without token, with the default limits.
  public static GatewayOptions of(Class<? extends KernelLibrary> library) {
    return new GatewayOptions(
        library, "127.0.0.1", 0, null, null, null, Set.of(), null, GatewayLimits.defaults());
  }

  /// The port; 0 for any that is free.
  public GatewayOptions port(int newPort) {
    return new GatewayOptions(
        library, bindAddress, newPort, certificate, key, token, hosts, metrics, limits);
  }

  /// Listens on this address. Give [#tls] and [#token] first where it isn't the loopback.
  public GatewayOptions bind(String address) {
    return new GatewayOptions(
        library, address, port, certificate, key, token, hosts, metrics, limits);
  }

  /// Speaks TLS only, with this chain of certificates and its private key, both in PEM.
  public GatewayOptions tls(Path chain, Path privateKey) {
    return new GatewayOptions(
        library, bindAddress, port, chain, privateKey, token, hosts, metrics, limits);
  }

  /// Lets in only who sends `Authorization: Bearer` with this token, but for `/health`, `/openapi.json` and
  /// the dashboard's page, which show nothing of the runtime.
  public GatewayOptions token(String secret) {
    return new GatewayOptions(
        library, bindAddress, port, certificate, key, secret, hosts, metrics, limits);
  }

  /// Another name by which clients may call it, without port.
  public GatewayOptions host(String name) {
    Set<String> more = new TreeSet<>(hosts);
    more.add(name);
    return new GatewayOptions(
        library, bindAddress, port, certificate, key, token, more, metrics, limits);
  }

  /// What `/metrics` answers, such as the `scrape` of a Prometheus registry.
  public GatewayOptions metrics(Supplier<String> scrape) {
    return new GatewayOptions(
        library, bindAddress, port, certificate, key, token, hosts, scrape, limits);
  }

  /// Other limits, made from these.
  public GatewayOptions limits(UnaryOperator<GatewayLimits> change) {
    return new GatewayOptions(
        library, bindAddress, port, certificate, key, token, hosts, metrics, change.apply(limits));
  }

  /// Without the token.
  @Override
  public String toString() {
    return "gateway at %s:%d for %s%s%s"
        .formatted(
            bindAddress,
            port,
            library.getName(),
            certificate == null ? "" : ", with TLS",
            token == null ? "" : ", with a token");
  }
}
