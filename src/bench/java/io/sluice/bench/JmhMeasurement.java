package io.sluice.bench;

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
  public void run(BenchOptions options, Results results) throws RunnerException {
    ChainedOptionsBuilder jmh =
        new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark.getName()) + "\\.")
            .forks(1)
            .warmupIterations(options.quick() ? 1 : 6)
            .measurementIterations(options.quick() ? 1 : 3)
            .warmupTime(TimeValue.milliseconds(options.quick() ? 800 : 500))
            .measurementTime(TimeValue.milliseconds(options.quick() ? 500 : 400))
            .jvmArgs(options.jvmArguments().toArray(String[]::new))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    parameters.forEach(jmh::param);
    reading.read(new Runner(jmh.build()).run().iterator().next().getPrimaryResult(), results);
  }
}
