package io.sluice.gateway;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/// The dashboard's page: its own files, and the libraries that it draws with, out of their WebJars.
///
/// All is in jars; the page asks for nothing else. It shows nothing of the runtime by itself, and so is
/// answered without a token.
final class DashboardPage {
  private static final String WEBJARS = "org.webjars.npm";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private static final Map<String, Library> LIBRARIES =
      Map.of(
          "uplot.js", new Library("uplot", "dist/uPlot.esm.js"),
          "uplot.css", new Library("uplot", "dist/uPlot.min.css"),
          "cytoscape.js", new Library("cytoscape", "dist/cytoscape.esm.min.mjs"));

  /// A file of a WebJar.
  private record Library(String artifact, String file) {
    /// The version is part of the path: it is read from what Maven leaves in the jar.
    @Nullable String path() {
      String facts = "META-INF/maven/%s/%s/pom.properties".formatted(WEBJARS, artifact);
      try (InputStream in = DashboardPage.class.getClassLoader().getResourceAsStream(facts)) {
        if (in == null) {
          return null;
        }
        Properties properties = new Properties();
        properties.load(in);
        return "/META-INF/resources/webjars/%s/%s/%s"
            .formatted(artifact, properties.getProperty("version"), file);
      } catch (IOException e) {
        throw new UncheckedIOException("a file of a jar can't be read", e);
      }
    }
  }

  private DashboardPage() {}

  static List<Route> routes() {
    return List.of(
        Route.of("GET", "/dashboard/", exchange -> file(exchange, "index.html")).withoutToken(),
        Route.of("GET", "/dashboard/{file}", DashboardPage::file).withoutToken(),
        Route.of("GET", "/dashboard/lib/{file}", DashboardPage::library).withoutToken(),
        Route.of("GET", "/", DashboardPage::toPage).withoutToken());
  }

  private static Mono<Void> toPage(Exchange exchange) {
    return exchange.response().header(HttpHeaderNames.LOCATION, "/dashboard/").status(307).send();
  }

  private static Mono<Void> file(Exchange exchange) {
    return file(exchange, exchange.parameter("file"));
  }

  private static Mono<Void> file(Exchange exchange, String name) {
    if (!name.matches("[\\w-]+(\\.[\\w-]+)+") || type(name) == null) {
      throw new HttpRefusal(404, "unknown-path", "there is no such file");
    }
    return send(exchange, name, "dashboard/" + name);
  }

  private static Mono<Void> library(Exchange exchange) {
    String name = exchange.parameter("file");
    Library library = LIBRARIES.get(name);
    if (library == null) {
      throw new HttpRefusal(404, "unknown-path", "there is no such file");
    }
    String path = library.path();
    if (path == null) {
      throw new HttpRefusal(
          404,
          "no-library",
          "put %s:%s on the gateway's class path".formatted(WEBJARS, library.artifact()));
    }
    return send(exchange, name, path);
  }

  private static Mono<Void> send(Exchange exchange, String name, String resource) {
    return exchange.send(200, String.valueOf(type(name)), Resource.bytes(resource));
  }

  private static @Nullable String type(String name) {
    return TYPES.get(name.substring(name.lastIndexOf('.') + 1));
  }
}
