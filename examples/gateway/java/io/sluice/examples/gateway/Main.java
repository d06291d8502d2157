package io.sluice.examples.gateway;

import io.sluice.Figures;
import io.sluice.Sluice;
import io.sluice.config.DataSize;
import io.sluice.examples.mnist.DigitKernels;
import io.sluice.examples.mnist.TrainedDigits;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.GatewayOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/// Starts a gateway that reads digits, and streams some to it with `curl`; see the README beside.
///
/// Exit codes: 0 if it reads as well as it should, 1 if not or if something failed, 2 for a command line that
/// can't be followed.
public final class Main {
  private static final int PORT = 8_080;
  private static final int DIGITS = 10_000;
  private static final int QUICK_DIGITS = 4_000;
  private static final double LEAST_PERCENT = 80;

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    List<String> options = List.of(arguments);
    if (!options.isEmpty() && !options.equals(List.of("--quick"))) {
      System.out.println("usage: examples/run gateway [--quick]");
      System.exit(2);
    }
    System.exit(run(!options.isEmpty(), System.out) ? 0 : 1);
  }

  /// @param quick on any free port, fewer digits, and an end
  static boolean run(boolean quick, PrintStream out) throws IOException, InterruptedException {
    out.println("training ...");
    TrainedDigits digits = TrainedDigits.train(data());
    try (Sluice sluice = Sluice.builder().heap(DataSize.mebibytes(1)).threads("cpu", 2).build()) {
      GatewayOptions options = GatewayOptions.of(DigitKernels.class).port(quick ? 0 : PORT);
      Gateway gateway = Objects.requireNonNull(Gateway.start(sluice, options).block());
      try {
        boolean good = show(sluice, digits, gateway, quick ? QUICK_DIGITS : DIGITS, out);
        if (!quick) {
          serve(gateway, out);
        }
        return good;
      } finally {
        gateway.dispose();
      }
    }
  }

  private static Path data() {
    Path home = Path.of(System.getProperty("example.home", "examples/gateway"));
    return home.resolveSibling("mnist").resolve("data");
  }

  private static boolean show(
      Sluice sluice, TrainedDigits digits, Gateway gateway, int count, PrintStream out)
      throws IOException, InterruptedException {
    Curl curl = new Curl(gateway.address());
    out.println("listening  " + curl.address());
    store(curl, "hidden", "785,128", digits.hiddenWeights(), out);
    store(curl, "output", "129,10", digits.outputWeights(), out);

    DigitStream stream =
        new DigitStream(digits, count, curl.run("/runs?name=digits&results=values"));
    stream.begin();
    int sent = stream.awaitStop();
    Figures figures = sluice.figures();
    out.printf(
        "stopped    nobody reads: curl took %,d of %,d digits, %,d tasks were admitted, %,d bytes"
            + " are held%n",
        sent, count, figures.admittedCount(), figures.heapUsedBytes());
    stream.readAll();
    out.printf(
        "read       %,d digits, %.1f %% right%n", stream.readCount(), stream.accuracyPercent());
    out.print("drained    " + curl.call("POST", "/drain", new byte[0]));
    return stream.readCount() == count
        && stream.accuracyPercent() >= LEAST_PERCENT
        && sluice.figures().heapUsedBytes() == 0;
  }

  private static void store(Curl curl, String name, String shape, byte[] bytes, PrintStream out)
      throws IOException, InterruptedException {
    String path = "/tensors/%s?dtype=FLOAT32&shape=%s".formatted(name, shape);
    out.print("stored     " + curl.call("PUT", path, bytes));
  }

  private static void serve(Gateway gateway, PrintStream out) throws IOException {
    out.println("serving    until Enter is pressed; the dashboard is at");
    out.println("           http://127.0.0.1:" + gateway.address().getPort() + "/dashboard/");
    var _ = System.in.read();
  }
}
