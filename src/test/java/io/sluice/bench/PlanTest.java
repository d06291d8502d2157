package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {
  private static final List<String> WORKLOADS =
      List.of(
          "W1",
          "W2",
          "W3",
          "W4",
          "W5",
          "W6",
          "W7",
          "W8",
          "W9",
          "submission",
          "growth",
          "memory",
          "copy",
          "recording",
          "mnist",
          "endless");

  @ParameterizedTest
  @ValueSource(strings = {"", "--quick"})
  void eachWorkloadIsMeasuredBehindTheReference(String option) {
    List<String> names = namesOf(option.isEmpty() ? new String[0] : new String[] {option});
    assertThat(names.getFirst()).isEqualTo("wake-up park");
    for (String workload : WORKLOADS) {
      assertThat(names).anyMatch(name -> name.startsWith(workload + " ") || name.equals(workload));
    }
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void oneWorkloadIsMeasuredWithItsReference() {
    assertThat(namesOf("--only", "W2"))
        .contains("wake-up park", "W2 sluice", "W2 concatMap-parallel")
        .allMatch(name -> name.startsWith("W2") || name.startsWith("wake-up"));
  }

  @Test
  void aProfileIsOfSluiceAlone() {
    assertThat(namesOf("--profile", "--only", "W2,growth")).containsExactly("W2 sluice");
  }

  @Test
  void whatNobodyKnowsIsNoPlan() {
    assertThat(namesOf("--only", "W77")).isEmpty();
  }

  private static List<String> namesOf(String... arguments) {
    return Plan.of(BenchOptions.parse(arguments)).stream().map(Measurement::name).toList();
  }
}
