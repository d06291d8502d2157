package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What a command printed, and how it ended.
///
/// @param code its exit code
/// @param out the standard output
/// @param err the standard error
record Cli(int code, String out, String err) {
  /// Runs a command in this process.
  static Cli call(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(arguments, stream(out), stream(err));
    return new Cli(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  /// A command that is yet to be started as a process.
  static ProcessBuilder command(String... arguments) {
    return command(128, arguments);
  }

  /// The same, with so much memory.
  static ProcessBuilder command(int megabytes, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + megabytes + "m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp", classPath()));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("NO_COLOR", "1");
    return builder;
  }

  /// Runs a command as a process.
  static Cli start(String... arguments) throws Exception {
    return start(command(arguments), "");
  }

  /// Starts a process, gives it something to read, and waits for its end.
  static Cli start(ProcessBuilder command, String input) throws Exception {
    Process process = command.start();
    try {
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      }
      CompletableFuture<String> err =
          CompletableFuture.supplyAsync(() -> textOf(process.getErrorStream()));
      String out = textOf(process.getInputStream());
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the process has ended").isTrue();
      return new Cli(process.exitValue(), out, err.get(60, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
  }

  static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static String textOf(InputStream stream) {
    try (stream) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
