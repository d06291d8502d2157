package io.sluice.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks a gateway for its snapshot.
///
/// **Bound.** Of time, for a whole answer: also one whose body stalls.
final class GatewayClient implements AutoCloseable {
  private final URI url;
  private final @Nullable String token;
  private final Duration bound;
  private final HttpClient client;

  private GatewayClient(URI url, @Nullable String token, Duration bound) {
    this.url = url;
    this.token = token;
    this.bound = bound;
    this.client = HttpClient.newBuilder().connectTimeout(bound).build();
  }

  /// @param url the gateway's, as it was given
  /// @param token null for none
  /// @param bound how long an answer may take
  /// @throws BadInput for what is no URL of HTTP
  static GatewayClient of(String url, @Nullable String token, Duration bound) {
    return new GatewayClient(checked(url), token, bound);
  }

  private static URI checked(String url) {
    try {
      URI uri = new URI(url);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (uri.getHost() != null && (scheme.equals("http") || scheme.equals("https"))) {
        return uri;
      }
    } catch (URISyntaxException broken) {
      throw wrong(url, broken);
    }
    throw wrong(url, null);
  }

  private static BadInput wrong(String url, @Nullable Throwable cause) {
    return new BadInput("URL must be such as http://localhost:8080, was '" + url + "'", cause);
  }

  URI url() {
    return url;
  }

  /// The answer's text.
  String look() throws IOException, InterruptedException {
    HttpResponse<String> answer = answer(client.sendAsync(request(), BodyHandlers.ofString()));
    if (answer.statusCode() != 200) {
      throw new IOException(
          "the gateway at %s answered %d; %s"
              .formatted(url, answer.statusCode(), remedy(answer.statusCode())));
    }
    return answer.body();
  }

  private HttpRequest request() {
    try {
      HttpRequest.Builder request = HttpRequest.newBuilder(url.resolve("/dashboard/snapshot"));
      if (token != null && !token.isEmpty()) {
        request.header("Authorization", "Bearer " + token);
      }
      return request.build();
    } catch (IllegalArgumentException wrong) {
      throw new BadInput(
          "--token must be of characters that a header can have; look for a line break", wrong);
    }
  }

  private HttpResponse<String> answer(CompletableFuture<HttpResponse<String>> coming)
      throws IOException, InterruptedException {
    try {
      return coming.get(bound.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw new IOException(
          "%s did not answer within %d ms; is it a gateway of Sluice's?"
              .formatted(url, bound.toMillis()),
          late);
    } catch (ExecutionException failed) {
      throw unreachable(failed.getCause());
    }
  }

  private IOException unreachable(@Nullable Throwable cause) {
    if (cause instanceof ConnectException) {
      return new IOException(
          "there is no gateway at " + url + "; start one by 'sluice serve', or name its URL",
          cause);
    }
    String why = cause == null ? "for no reason" : cause.getMessage();
    return new IOException(
        "can't talk to %s: %s; is it a gateway of Sluice's, and is it http or https?"
            .formatted(url, why),
        cause);
  }

  private static String remedy(int status) {
    return status == 401 || status == 403
        ? "give its token by --token"
        : "is it a gateway of Sluice's?";
  }

  /// What is still asked for is given up.
  @Override
  public void close() {
    client.shutdownNow();
  }
}
