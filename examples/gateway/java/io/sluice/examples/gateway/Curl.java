package io.sluice.examples.gateway;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Calls a gateway by `curl`, as anybody may.
final class Curl {
  private final String address;

  Curl(InetSocketAddress address) {
    this.address = "http://127.0.0.1:" + address.getPort();
  }

  String address() {
    return address;
  }

  /// What a request answers, whose body is `body`.
  String call(String method, String path, byte[] body) throws IOException, InterruptedException {
    Process curl = start("-X", method, "--data-binary", "@-", address + path);
    try (OutputStream in = curl.getOutputStream()) {
      in.write(body);
    }
    String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (curl.waitFor() != 0) {
      throw new IOException("curl failed with " + curl.exitValue() + ": " + answer);
    }
    return answer;
  }

  /// A run whose lines go into the process and whose outcomes come out of it, at the same time: some versions
  /// show how far that is although they were told to be silent.
  Process run(String path) throws IOException {
    return start("--no-progress-meter", "-N", "-X", "POST", "-T", ".", address + path);
  }

  private static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("curl", "-sS"));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new IOException("curl can't be started; install the package curl", e);
    }
  }
}
