package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher, beside a jar that leads to the classes under test.
@Timeout(120)
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
  private static final int FROM_THE_FUTURE = 99;

  @TempDir private Path directory;
  private Path launcher;

  @BeforeEach
  void copy() throws IOException {
    launcher = Files.copy(Path.of("src/build/sluice"), directory.resolve("sluice"));
  }

  private void makeJar() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(Cli.classPath().split(":", -1))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" ")));
    try (OutputStream file = Files.newOutputStream(directory.resolve("sluice-cli.jar"))) {
      new JarOutputStream(file, manifest).close();
    }
  }

  private ProcessBuilder command(String... arguments) {
    ProcessBuilder builder = new ProcessBuilder("bash", launcher.toString());
    builder.command().addAll(Arrays.asList(arguments));
    builder.environment().put("JAVA25_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_OPTS", "-Xmx64m -XX:TieredStopAtLevel=1");
    return builder;
  }

  @Test
  void withoutItsJarItSaysHowToMakeIt() throws Exception {
    Cli none = Cli.start(command("doctor"), "");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("there is no ").contains("mvn -q -DskipTests package");
  }

  @Test
  void itRunsTheJarFromAnywhereWithItsArguments() throws Exception {
    makeJar();
    Path link = Files.createSymbolicLink(directory.resolve("link"), launcher);
    ProcessBuilder linked = command("run", "a file that isn't there", "--kernels", "x");
    linked.command().set(1, link.toString());
    Cli run = Cli.start(linked, "");
    assertThat(run.err()).contains("there is no file 'a file that isn't there'");
    assertThat(run.code()).isEqualTo(2);
  }

  @Test
  void tasksFromAClosedStandardInputAreNone() throws Exception {
    makeJar();
    Cli run =
        Cli.start(
            new ProcessBuilder(
                "bash",
                "-c",
                "JAVA25_HOME='%s' bash '%s' run - --kernels %s <&-"
                    .formatted(
                        System.getProperty("java.home"), launcher, CliKernels.class.getName())),
            "");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("0 tasks completed");
  }

  @Test
  void aClassOfKernelsForANewerJavaIsNamed() throws Exception {
    makeJar();
    byte[] newer =
        ClassFile.of()
            .build(ClassDesc.of("Newer"), builder -> builder.withVersion(FROM_THE_FUTURE, 0));
    Files.write(directory.resolve("Newer.class"), newer);
    ProcessBuilder run = command("run", "-", "--kernels", "Newer");
    run.environment().put("CLASSPATH", directory.toString());
    Cli refused = Cli.start(run, "");
    assertThat(refused.err())
        .contains("--kernels Newer: it can't be loaded; compile it for Java 25 or older")
        .doesNotContain("\tat ");
    assertThat(refused.code()).isEqualTo(2);
  }
}
