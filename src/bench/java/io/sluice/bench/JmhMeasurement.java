package io.sluice.bench;

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
/// @param contender the value of the parameter of this name; empty where the class has none
/// @param parameter another parameter, as `name=value`; empty for none
record JmhMeasurement(
    String workload, Class<?> benchmark, String contender, String parameter, Reading reading)
    implements Measurement {

  /// Takes figures from what was measured.
  interface Reading {
    void read(Result<?> measured, Results results);
  }

  @Override
  public String name() {
    return (workload + " " + contender + " " + parameter).strip();
  }

  @Override
  public void run(BenchOptions options, Results results) throws RunnerException {
    ChainedOptionsBuilder jmh =
        new OptionsBuilder()
            .include("^" + Pattern.quote(benchmark.getName()) + "\\.")
            .forks(1)
            .warmupIterations(options.quick() ? 1 : 5)
            .measurementIterations(options.quick() ? 1 : 5)
            .warmupTime(TimeValue.milliseconds(options.quick() ? 800 : 1_000))
            .measurementTime(TimeValue.milliseconds(options.quick() ? 800 : 1_000))
            .jvmArgs(options.jvmArguments().toArray(String[]::new))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    if (!contender.isEmpty()) {
      jmh.param("contender", contender);
    }
    if (!parameter.isEmpty()) {
      String[] pair = parameter.split("=");
      jmh.param(pair[0], pair[1]);
    }
    reading.read(new Runner(jmh.build()).run().iterator().next().getPrimaryResult(), results);
  }
}
