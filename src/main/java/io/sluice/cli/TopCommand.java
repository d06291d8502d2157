package io.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.observe.Terminal;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `sluice top`: what a running gateway does, in a terminal.
@Command(
    name = "top",
    description = "Shows what a running gateway does, again and again, until it is interrupted.",
    mixinStandardHelpOptions = true)
final class TopCommand implements Callable<Integer> {
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final String CLEAR = "\u001b[H\u001b[2J";

  private final Consoles consoles;

  @Parameters(
      paramLabel = "URL",
      arity = "0..1",
      defaultValue = "http://localhost:8080",
      description = "The gateway; ${DEFAULT-VALUE} by default.")
  private String url = "http://localhost:8080";

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The gateway's token, if it wants one; SLUICE_TOKEN by default.")
  private @Nullable String token = System.getenv("SLUICE_TOKEN");

  @Option(names = "--once", description = "Show it once, after one interval, and end.")
  private boolean once;

  @Option(
      names = "--interval",
      paramLabel = "SECONDS",
      defaultValue = "1",
      description = "How long between two looks; ${DEFAULT-VALUE} by default.")
  private int intervalSeconds;

  @Option(names = "--json", description = "Print each look as a line of JSON.")
  private boolean json;

  TopCommand(Consoles consoles) {
    this.consoles = consoles;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (intervalSeconds < 1) {
      throw new BadInput("--interval must be at least 1, was " + intervalSeconds);
    }
    try (GatewayClient gateway = GatewayClient.of(url, token, BOUND)) {
      if (once) {
        var _ = gateway.look(); // rates are those since the look before
        TimeUnit.SECONDS.sleep(intervalSeconds);
        show(gateway);
        return Main.OK;
      }
      while (show(gateway)) {
        TimeUnit.SECONDS.sleep(intervalSeconds);
      }
      return Main.OK;
    }
  }

  /// @return whether anybody takes it: not if it goes into a pipe that has ended
  private boolean show(GatewayClient gateway) throws IOException, InterruptedException {
    String snapshot = gateway.look();
    JsonNode read = read(snapshot);
    if (json) {
      consoles.out().println(snapshot.strip());
    } else {
      boolean redraws = !once && Terminal.isAt(consoles.out());
      consoles.out().print((redraws ? CLEAR : "") + TopScreen.of(gateway.url(), read));
    }
    return !consoles.out().checkError();
  }

  private JsonNode read(String snapshot) throws IOException {
    try {
      JsonNode read = new JsonMapper().readTree(snapshot);
      if (read.path("heap").isObject()) {
        return read;
      }
    } catch (JsonProcessingException other) {
      throw notOurs(other);
    }
    throw notOurs(null);
  }

  private IOException notOurs(@Nullable Throwable cause) {
    return new IOException(
        "what %s answered is no snapshot; is it a gateway of Sluice's?".formatted(url), cause);
  }
}
