package io.sluice.cli;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sluice.Sluice;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.GatewayOptions;
import io.sluice.observe.SluiceMeters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.netty.ChannelBindException;

/// `sluice serve`: the gateway, until the process is told to end.
@Command(
    name = "serve",
    description = "Serves a runtime over HTTP until it is interrupted; docs/gateway.md.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private final Consoles consoles;

  @Mixin private RuntimeOptions options = new RuntimeOptions();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "Where to listen, 0 for any free one; ${DEFAULT-VALUE} by default.")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "On which address; others than the loopback need TLS and a token.")
  private String bind = "127.0.0.1";

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "A name by which clients may call it; may be given again.")
  private List<String> hosts = new ArrayList<>();

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "What clients must send; better in the variable SLUICE_TOKEN, which ps doesn't show.")
  private @Nullable String token = System.getenv("SLUICE_TOKEN");

  @Option(
      names = "--tls-certificate",
      paramLabel = "FILE",
      description = "A chain of certificates in PEM; with --tls-key.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "Its private key in PEM; with --tls-certificate.")
  private @Nullable Path key;

  @Option(names = "--json", description = "Print where it listens as JSON.")
  private boolean json;

  ServeCommand(Consoles consoles) {
    this.consoles = consoles;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Kernels library = options.kernels();
    GatewayOptions gatewayOptions = gatewayOptions(library);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (Sluice sluice = options.build(library);
        SluiceMeters meters = SluiceMeters.of(sluice)) {
      meters.bindTo(registry);
      Gateway gateway = start(sluice, gatewayOptions.metrics(registry::scrape));
      try {
        tell(gateway);
        waitForTheEnd(gateway);
      } finally {
        gateway.dispose();
      }
      return Main.OK;
    }
  }

  private GatewayOptions gatewayOptions(Kernels library) {
    GatewayOptions made = GatewayOptions.of(library.type()).port(port);
    if ((certificate == null) != (key == null)) {
      throw new BadInput("--tls-certificate and --tls-key must be given both, or none");
    }
    if (certificate != null && key != null) {
      made = made.tls(certificate, key);
    }
    if (token != null && !token.isEmpty()) {
      made = made.token(token);
    }
    for (String host : hosts) {
      made = made.host(host);
    }
    return made.bind(bind);
  }

  private Gateway start(Sluice sluice, GatewayOptions gatewayOptions) throws IOException {
    try {
      return Objects.requireNonNull(Gateway.start(sluice, gatewayOptions).block());
    } catch (ChannelBindException taken) {
      throw new IOException(
          "can't listen on port %d of %s: %s; take another by --port"
              .formatted(port, bind, taken.getMessage()),
          taken);
    }
  }

  private void tell(Gateway gateway) {
    String url = url(certificate == null ? "http" : "https", bind, gateway.address().getPort());
    consoles.out().println(json ? "{\"url\":\"" + url + "\"}" : "listening at " + url);
    consoles.out().flush();
  }

  /// An address of IPv6 has colons of its own.
  static String url(String scheme, String host, int port) {
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /// Until a signal: then the JVM runs its hooks while this waits.
  private static void waitForTheEnd(Gateway gateway) throws InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      gateway.dispose();
                      end.countDown();
                    }));
    end.await();
  }
}
