package io.sluice.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// What is done for requests of one method to one path.
///
/// @param method such as `GET`
/// @param path such as `/runs/{id}`: a name in braces stands for one segment that isn't empty
/// @param open whether it is answered without the token
/// @param handler what answers
record Route(String method, String path, boolean open, Handler handler) {
  /// Answers a request.
  interface Handler {
    /// **Errors** before the first byte become a status and a body.
    Mono<Void> handle(Exchange exchange);
  }

  static Route of(String method, String path, Handler handler) {
    return new Route(method, path, false, handler);
  }

  Route withoutToken() {
    return new Route(method, path, true, handler);
  }

  /// The values of the names in braces; null if the path is another one.
  @Nullable Map<String, String> match(String given) {
    String[] own = path.split("/", -1);
    String[] other = given.split("/", -1);
    if (own.length != other.length) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < own.length; i++) {
      if (own[i].startsWith("{") && !other[i].isEmpty()) {
        values.put(own[i].substring(1, own[i].length() - 1), other[i]);
      } else if (!own[i].equals(other[i])) {
        return null;
      }
    }
    return values;
  }
}
