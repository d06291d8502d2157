package io.sluice.gateway;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.sluice.ndjson.NdjsonException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

/// Why a request is not answered as asked: a status, and a sentence for the client.
final class HttpRefusal extends RuntimeException {
  private final int status;
  private final String code;
  private final Map<String, Object> details = new LinkedHashMap<>();

  /// @param code for programs, as `unknown-run`
  /// @param message for people: what was given, the rule, the knob
  HttpRefusal(int status, String code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
  }

  /// What a client is told of a failure: of one that it can't do anything about, no more than that.
  static HttpRefusal of(Throwable failure) {
    if (failure instanceof HttpRefusal refusal) {
      return refusal;
    }
    if (failure instanceof NdjsonException broken) {
      HttpRefusal refusal =
          new HttpRefusal(HttpResponseStatus.BAD_REQUEST.code(), "bad-line", message(broken));
      refusal.details.put("line", broken.lineNumber());
      refusal.details.put("rule", broken.rule());
      refusal.details.put("given", broken.given());
      return refusal;
    }
    if (failure instanceof TimeoutException) {
      return new HttpRefusal(
          HttpResponseStatus.REQUEST_TIMEOUT.code(),
          "too-slow",
          "the first byte of the body must come in time; send it sooner");
    }
    if (failure instanceof IOException || failure instanceof AbortedException) {
      return new HttpRefusal(400, "gone", "the connection broke off");
    }
    return ofRuntime(failure);
  }

  private static HttpRefusal ofRuntime(Throwable failure) {
    return switch (failure) {
      case io.sluice.error.InvalidTaskException _ ->
          new HttpRefusal(400, "invalid", message(failure));
      case io.sluice.error.TensorInUseException _ ->
          new HttpRefusal(409, "in-use", message(failure));
      case io.sluice.error.TensorUnavailableException _ ->
          new HttpRefusal(409, "unavailable", message(failure));
      case io.sluice.error.HeapUnavailableException _ ->
          new HttpRefusal(507, "no-room", message(failure));
      case io.sluice.error.RuntimeDisposedException _ ->
          new HttpRefusal(503, "disposed", message(failure));
      case io.sluice.error.SluiceException _ -> new HttpRefusal(500, "failed", message(failure));
      default -> new HttpRefusal(500, "internal", "the gateway failed; its log says why");
    };
  }

  private static String message(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  int status() {
    return status;
  }

  /// Whether the gateway itself is at fault, so that its log should say more.
  boolean isInternal() {
    return code.equals("internal");
  }

  /// The object in the field `error`.
  Map<String, @Nullable Object> body() {
    Map<String, @Nullable Object> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", getMessage());
    error.putAll(details);
    return Map.of("error", error);
  }
}
