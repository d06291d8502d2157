package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.Finding.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the doctor says of other machines than this one.
class DoctorTest {
  @TempDir private Path directory;

  private static Finding of(Doctor doctor, String topic) {
    return doctor.examine().stream()
        .filter(finding -> finding.topic().equals(topic))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void anotherJdkIsAFailureWithARemedy() {
    Finding old = Doctor.jdk(21);
    assertThat(old.level()).isEqualTo(Level.FAIL);
    assertThat(old.remedy()).contains("temurin-25-jdk");
    assertThat(Doctor.jdk(25).level()).isEqualTo(Level.OK);
  }

  @Test
  void missingSharedMemoryAndFewFilesAreWarnedOf() throws IOException {
    Path limits =
        Files.writeString(
            directory.resolve("limits"),
            "Limit  Soft  Hard  Units\nMax open files            256   4096   files\n");
    Doctor doctor = new Doctor(directory.resolve("none"), limits);
    assertThat(of(doctor, "shared memory").level()).isEqualTo(Level.WARN);
    assertThat(of(doctor, "open files").level()).isEqualTo(Level.WARN);
    assertThat(of(doctor, "open files").detail()).isEqualTo("256");
    assertThat(of(doctor, "open files").remedy()).contains("ulimit -n 4096");
  }
}
