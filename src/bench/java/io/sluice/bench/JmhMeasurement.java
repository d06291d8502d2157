package io.sluice.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// A measurement by JMH: a fork, warmed up and measured for as long as all others.
///
/// @param parameters the contender's name among them
record JmhMeasurement(
    String workload, Class<?> benchmark, Map<String, String> parameters, Reading reading)
    implements Measurement {

  /// Takes figures from what was measured.
  interface Reading {
    void read(Result<?> measured, Results results);
  }

  @Override
  public String name() {
    return workload + " " + String.join(" ", parameters.values());
  }

  @Override
  public boolean isProfiled() {
    return Peers.SLUICE.equals(parameters.get("contender"));
  }

  @Override
  public void run(BenchOptions options, Results results) throws RunnerException, IOException {
    if (options.profile()) {
      profiled(options, results);
    } else {
      run(options, options.jvmArguments(), results);
    }
  }

  /// Its rate counts for nothing: the flight recorder takes a part.
  private void profiled(BenchOptions options, Results results) throws RunnerException, IOException {
    Path recording = Files.createTempFile("profile", ".jfr");
    List<String> arguments = new ArrayList<>(options.jvmArguments());
    arguments.add("-XX:StartFlightRecording:settings=profile,filename=" + recording);
    arguments.add("-Xlog:jfr+startup=off");
    arguments.add("-XX:+UnlockDiagnosticVMOptions");
    arguments.add("-XX:+DebugNonSafepoints");
    try {
      run(options, arguments, results);
      Profile.of(recording).print(name(), System.out);
    } finally {
      Files.delete(recording);
    }
  }

  private void run(BenchOptions options, List<String> jvmArguments, Results results)
      throws RunnerException {
    ChainedOptionsBuilder jmh =
        new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark.getName()) + "\\.")
            .forks(1)
            .warmupIterations(options.quick() ? 1 : 10)
            .measurementIterations(options.quick() ? 1 : 3)
            .warmupTime(TimeValue.milliseconds(options.quick() ? 800 : 500))
            .measurementTime(TimeValue.milliseconds(options.quick() ? 500 : 400))
            .jvmArgs(jvmArguments.toArray(String[]::new))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    parameters.forEach(jmh::param);
    reading.read(new Runner(jmh.build()).run().iterator().next().getPrimaryResult(), results);
  }
}
