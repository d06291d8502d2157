package io.sluice.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides who comes in: by the name that the client calls the gateway by, by the page that a browser
/// says it comes from, and by the token.
///
/// The first two are against pages of other sites in the browser of somebody who may come in: a name of
/// theirs that points to the loopback is not one of ours, and a request from their page names it as its
/// origin.
///
/// Immutable.
final class Guard {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String BEARER = "Bearer ";

  private final Set<String> hosts;
  private final String scheme;
  private final byte @Nullable [] tokenDigest;

  Guard(GatewayOptions options) {
    this.hosts = options.hosts();
    this.scheme = options.certificate() == null ? "http" : "https";
    String token = options.token();
    this.tokenDigest = token == null ? null : digest(token);
  }

  /// @throws HttpRefusal if the request is not to be answered
  void check(Exchange exchange, boolean withoutToken) {
    String host = exchange.header(HttpHeaderNames.HOST);
    checkHost(host);
    checkOrigin(exchange.header(HttpHeaderNames.ORIGIN), String.valueOf(host));
    if (!withoutToken) {
      checkToken(exchange.header(HttpHeaderNames.AUTHORIZATION));
    }
  }

  private void checkHost(@Nullable String host) {
    String name = host == null ? "" : nameOf(host).toLowerCase(Locale.ROOT);
    if (!LOOPBACK.contains(name) && !hosts.contains(name)) {
      throw new HttpRefusal(
          421,
          "wrong-host",
          "Host must be a name of this gateway; add it by GatewayOptions.host(...) if it is one");
    }
  }

  /// Without the port.
  private static String nameOf(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private void checkOrigin(@Nullable String origin, String host) {
    if (origin != null && !origin.equalsIgnoreCase(scheme + "://" + host)) {
      throw new HttpRefusal(
          403, "wrong-origin", "Origin must be this gateway: other sites' pages don't come in");
    }
  }

  /// Compares digests, in a time that tells nothing of the token, its length included.
  private void checkToken(@Nullable String authorization) {
    if (tokenDigest == null) {
      return;
    }
    boolean isBearer =
        authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    String given = isBearer ? String.valueOf(authorization).substring(BEARER.length()) : "";
    if (!MessageDigest.isEqual(tokenDigest, digest(given))) {
      throw new HttpRefusal(
          401, "wrong-token", "send the gateway's token as: Authorization: Bearer TOKEN");
    }
  }

  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("each JDK has SHA-256", e);
    }
  }
}
