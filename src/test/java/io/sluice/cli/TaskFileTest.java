package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How many tasks a file has.
class TaskFileTest {
  @TempDir private Path directory;

  private long count(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("tasks.ndjson"), text);
    return new TaskFile(file.toString()).taskCount();
  }

  @Test
  void linesOfTasksAreCountedHoweverLongTheyAre() throws IOException {
    String task = "{\"kernel\": \"nothing\"}";
    String scope = "{\"scope\": \"begin\"}\n";
    assertThat(count("")).isZero();
    assertThat(count(task)).isEqualTo(1);
    assertThat(count(scope + task + "\r\n \r\n\n" + task + "\n")).isEqualTo(2);
    assertThat(count("x".repeat(200_000) + "\n" + task)).isEqualTo(2);
    assertThat(count("{\"kernel\":\"x\",\"name\":\"scope\"}\n")).isEqualTo(1);
    assertThat(count("{\"name\": \"" + "x".repeat(40) + "\", \"scope\": 1}\n")).isEqualTo(1);
  }
}
