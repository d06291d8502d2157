package io.sluice.config;

import static io.sluice.config.Gates.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.error.ConfigurationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessOptionsTest {
  private final ProcessOptions options = ProcessOptions.defaults();

  @Test
  void areThoseOfThisProcessWithAQuarterGibibyte() {
    assertThat(options)
        .isEqualTo(
            new ProcessOptions(
                DataSize.mebibytes(256),
                List.of(),
                null,
                Map.of(),
                null,
                0,
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                8,
                WakeUp.AUTO));
  }

  @Test
  void changeOneValueAtATime() {
    assertThat(
            options
                .heap(DataSize.mebibytes(16))
                .jvmOptions("-Xint", "-Da=b")
                .classPath("a.jar")
                .environment(Map.of("KEY", "value"))
                .workingDirectory(Path.of("/tmp"))
                .niceness(19)
                .startTimeout(Duration.ofDays(1))
                .heartbeat(Duration.ofSeconds(1))
                .pipelineDepth(64)
                .wakeUp(WakeUp.POLL))
        .isEqualTo(
            new ProcessOptions(
                DataSize.mebibytes(16),
                List.of("-Xint", "-Da=b"),
                "a.jar",
                Map.of("KEY", "value"),
                Path.of("/tmp"),
                19,
                Duration.ofDays(1),
                Duration.ofSeconds(1),
                64,
                WakeUp.POLL));
  }

  @Test
  void keepWhatTheyWereGiven() {
    Map<String, String> variables = new HashMap<>(Map.of("KEY", "value"));
    ProcessOptions given = options.environment(variables);
    variables.clear();
    assertThat(given.environment()).containsEntry("KEY", "value");
  }

  static Stream<UnaryOperator<ProcessOptions>> nulls() {
    return Stream.of(
        o -> o.heap(null),
        o -> o.jvmOptions((String[]) null),
        o -> o.classPath(null),
        o -> o.environment(null),
        o -> o.workingDirectory(null),
        o -> o.startTimeout(null),
        o -> o.heartbeat(null),
        o -> o.wakeUp(null));
  }

  @ParameterizedTest
  @MethodSource("nulls")
  void nullIsNoValue(UnaryOperator<ProcessOptions> change) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> change.apply(options))
        .withMessageMatching("processes\\.\\w+ must be given, was null; .+");
  }

  @Test
  void haveRoomForAJavaHeap() {
    assertRefused(
        () -> options.heap(DataSize.bytes((16 << 20) - 1)),
        "processes.heap.bytes must be at least 16,777,216 bytes, was 16,777,215 bytes; raise"
            + " heap(...)");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 20})
  void onlyGiveWay(int niceness) {
    assertRefused(
        () -> options.niceness(niceness),
        "processes.niceness must lie in 0 to 19, was "
            + niceness
            + "; use niceness(0) for that of this process");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65})
  void boundTheTasksOfAChild(int depth) {
    assertRefused(
        () -> options.pipelineDepth(depth),
        "processes.pipelineDepth must lie in 1 to 64, was " + depth + "; use pipelineDepth(8)");
  }

  @Test
  void boundTheTimes() {
    assertRefused(
        () -> options.startTimeout(Duration.ZERO),
        "processes.startTimeout must be above 0 and up to 1 day, was PT0S; use"
            + " Duration.ofSeconds(30)");
    assertRefused(
        () -> options.startTimeout(Duration.ofDays(1).plusNanos(1)),
        "processes.startTimeout must be above 0 and up to 1 day, was PT24H0.000000001S; use"
            + " Duration.ofSeconds(30)");
    assertRefused(
        () -> options.heartbeat(Duration.ofMillis(999)),
        "processes.heartbeat must lie in 1 s to 1 day, was PT0.999S; use"
            + " Duration.ofSeconds(30)");
    assertRefused(
        () -> options.heartbeat(Duration.ofDays(1).plusNanos(1)),
        "processes.heartbeat must lie in 1 s to 1 day, was PT24H0.000000001S; use"
            + " Duration.ofSeconds(30)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Xint", "io.sluice.Main"})
  void takeOptionsOfTheJvmOnly(String option) {
    assertRefused(
        () -> options.jvmOptions("-Xint", option),
        "processes.jvmOptions must each begin with '-', was '"
            + option
            + "'; give each option as a string of its own, as in jvmOptions(\"-Xss2m\","
            + " \"-Dkey=value\")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A=B", "A\0"})
  void takeVariablesThatTheSystemTakes(String name) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> options.environment(Map.of(name, "value")))
        .withMessageStartingWith("processes.environment must have names that are not empty");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> options.environment(Map.of("NAME", "\0")))
        .withMessageStartingWith("processes.environment must have values without");
  }

  @Test
  void haveAClassPathOrNone() {
    assertRefused(
        () -> options.classPath(" "),
        "processes.classPath must not be blank, was ' '; leave classPath(...) out for that of this"
            + " process");
  }
}
