package io.sluice.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.FutureMono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/// One request and its response.
///
/// @param request what came
/// @param response what goes
/// @param parameters what stands for the names in braces of the route's path
record Exchange(
    HttpServerRequest request, HttpServerResponse response, Map<String, String> parameters) {

  /// A page of ours runs its own scripts and speaks to the gateway, nothing else; nobody frames it.
  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  String parameter(String name) {
    return String.valueOf(parameters.get(name));
  }

  /// A parameter of the query; null if it is left out.
  ///
  /// @throws HttpRefusal if a sign of percent in it is none of an escape
  @Nullable String query(String name) {
    List<String> values;
    try {
      values = new QueryStringDecoder(request.uri()).parameters().get(name);
    } catch (IllegalArgumentException broken) {
      throw new HttpRefusal(
          400, "bad-query", "a % in a query must begin an escape of two hexadecimal digits");
    }
    return values == null ? null : values.getFirst();
  }

  @Nullable String header(CharSequence name) {
    return request.requestHeaders().get(name);
  }

  /// Answers with one object.
  Mono<Void> json(int status, Object value) {
    return send(status, "application/json", Json.line(value));
  }

  /// Answers with one piece of text.
  Mono<Void> send(int status, String contentType, byte[] bytes) {
    return Mono.defer(
        () ->
            head(status, contentType)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length))
                .sendByteArray(Mono.just(bytes))
                .then());
  }

  /// Answers with pieces as they come: the next is asked for when the one before was written to the
  /// socket, so that a client that doesn't read is waited for and nothing piles up.
  Mono<Void> stream(int status, String contentType, Publisher<byte[]> pieces) {
    return Mono.defer(
        () -> {
          var _ = head(status, contentType);
          return sendAll(Flux.from(pieces).map(Unpooled::wrappedBuffer));
        });
  }

  /// Sends the head as it was set, then the pieces, each as [#stream] does.
  Mono<Void> sendAll(Flux<ByteBuf> pieces) {
    return response.sendHeaders().then().thenMany(pieces.concatMap(this::write, 0)).then();
  }

  private Mono<Void> write(ByteBuf piece) {
    Channel[] channel = new Channel[1];
    response.withConnection(connection -> channel[0] = connection.channel());
    return FutureMono.deferFuture(() -> channel[0].writeAndFlush(piece));
  }

  private HttpServerResponse head(int status, String contentType) {
    return response
        .status(status)
        .header(HttpHeaderNames.CONTENT_TYPE, contentType)
        .header(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Security-Policy", CONTENT_POLICY)
        .header("Cross-Origin-Resource-Policy", "same-origin")
        .header("Referrer-Policy", "no-referrer");
  }

  /// Closes the connection at once.
  void cut() {
    response.withConnection(Connection::dispose);
  }

  /// Answers with an error, and closes the connection: what is left of the request isn't read.
  Mono<Void> refuse(HttpRefusal refusal) {
    response.keepAlive(false);
    return json(refusal.status(), refusal.body());
  }
}
