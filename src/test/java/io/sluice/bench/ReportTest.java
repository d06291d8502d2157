package io.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ReportTest {

  @Test
  void theCsvHasAHeaderAndALineForEachPeer() {
    assertThat(Report.csv(SomeResults.make()).lines())
        .startsWith(
            "workload,figure,unit,sluice,peer,peerValue,ratio",
            "W1,throughput,tasks/s,3.000e+06,flatMap-parallel,1.000e+06,3.000",
            "W1,throughput,tasks/s,3.000e+06,completablefuture-fjp,6.000e+06,0.5000",
            "W5,p50,us,10.00,park,20.00,0.5000")
        .contains("submission,time per task,ns,100.0,,,", "wake-up,round trip p50,us,,park,20.00,")
        .allMatch(line -> line.chars().filter(c -> c == ',').count() == 6);
  }

  @Test
  void aNameWithACommaIsOneFieldOfTheCsv() {
    Results results = new Results();
    results.add(Figure.cost("processes", "round trip, the least", "us"), Peers.SLUICE, 8);
    assertThat(Report.csv(results)).contains("processes,\"round trip, the least\",us,8.000,,,\n");
  }

  @Test
  void theCsvIsTheSameInEveryCountry() {
    Locale before = Locale.getDefault();
    String here = Report.csv(SomeResults.make());
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Report.csv(SomeResults.make())).isEqualTo(here);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theTableTellsTheSpread() {
    assertThat(Report.table(SomeResults.make()))
        .contains("W1  throughput, tasks/s")
        .containsPattern("flatMap-parallel +1.00 M +spread +40 % +sluice / it 3.00")
        .contains("(less is better)");
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Samples.of(4, 1, 3, 2).median()).isEqualTo(2.5);
    assertThat(Samples.of(3, 1, 2).median()).isEqualTo(2);
  }

  @Test
  void whatAProcessPrintsIsTakenAndItsOtherWordsAreNot() {
    Results results = new Results();
    ProcessMeasurement.take(
        "growth\tlive 1\tns/task\tlower\tsluice\t12.5".split("\t", -1), results);
    ProcessMeasurement.take("a line of somebody else".split("\t", -1), results);
    assertThat(results.median("growth", "live 1", "sluice")).hasValue(12.5);
    assertThat(results.byFigure()).hasSize(1);
  }

  @Test
  void aimsStandBesideWhatWasMeasured() {
    assertThat(Aims.of(SomeResults.make()))
        .extracting(Aims.Aim::figure, Aims.Aim::met, Aims.Aim::metFar)
        .contains(
            tuple("W1, tasks/s", "yes", "no"),
            tuple("W1 by `completablefuture-fjp`", "", "no"),
            tuple("W5 p50 by a park/unpark round trip", "yes", ""),
            tuple("submission, ns", "yes", "yes"),
            tuple("10^7 tasks by 10^5", "yes", ""));
  }

  @Test
  void timesOfTheKernelsTablesAreReadByTheirPlace() {
    assertThat(OtherLoad.busyTicks(Arrays.asList("cpu  10 1 20 400 50 2 3 4 0 0", "cpu0 ...")))
        .isEqualTo(40);
    assertThat(
            OtherLoad.ownTicks(
                "7 (a ) b) S 1 7 7 0 -1 4194560 100 200 0 0 11 22 33 44 20 0 1 0 99 1 1"))
        .isEqualTo(110);
  }
}
