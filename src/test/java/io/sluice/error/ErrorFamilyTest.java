package io.sluice.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.error.Diagnosis.Reason;
import io.sluice.error.TaskTooLargeException.Bound;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Messages say what was given, the rule, the value and the knob; fields carry the same numbers.
class ErrorFamilyTest {

  @Test
  void theFamilyIsSealedAndItsMembersAreFinal() {
    assertThat(SluiceException.class.isSealed()).isTrue();
    assertThat(SluiceException.class.getPermittedSubclasses())
        .isNotEmpty()
        .allMatch(member -> Modifier.isFinal(member.getModifiers()))
        .allMatch(member -> member.getPackage() == SluiceException.class.getPackage());
  }

  static Stream<SluiceException> oneOfEach() {
    return Stream.of(
        new AdmissionStalledException("t", diagnosis()),
        new CompositeTaskException(null, List.of(new IOException("disk")), 1),
        new ConfigurationException("k", "r", 1, "m"),
        new ForeignHandleException("f"),
        new HeapUnavailableException("h", 1, 0),
        new InvalidTaskException("t", "m"),
        new RemoteKernelException("java.io.IOException", "disk", new StackTraceElement[0], null),
        new ResultClosedException("r"),
        new RuntimeDisposedException("r"),
        new TaskCancelledException("c"),
        new TaskFailedException("0:1", "t", null, "failed", new IOException("disk")),
        new TaskTimeoutException("t", Duration.ofSeconds(1), Duration.ofMillis(1_001), "cpu-3"),
        new TaskTooLargeException("t", 2, Bound.HEAP, 1),
        new TensorInUseException("u"),
        new TensorUnavailableException(TensorUnavailableException.Reason.DRAINED, "u"),
        new UpstreamProtocolException("u", null),
        new WorkerLostException("cpu-3", "died with signal 9"),
        new WorkerStartException("cpu-3", "it exited with 1", List.of("no such file")));
  }

  @Test
  void theTestsKnowEachMember() {
    assertThat(oneOfEach().map(Object::getClass))
        .containsExactlyInAnyOrder(SluiceException.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("oneOfEach")
  void eachMemberCanBeWritten(SluiceException error) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(error);
    }
    assertThat(bytes.size()).isPositive();
  }

  @Test
  void aConfigurationErrorTellsKeyRuleValueAndRemedy() {
    ConfigurationException error =
        new ConfigurationException("heap.capacityBytes", "must be positive", -1, "use more");
    assertThat(error).hasMessage("heap.capacityBytes must be positive, was -1; use more");
    assertThat(error.key()).isEqualTo("heap.capacityBytes");
    assertThat(error.rule()).isEqualTo("must be positive");
    assertThat(error.given()).isEqualTo("-1");
    assertThat(error.remedy()).isEqualTo("use more");
    assertThat(new ConfigurationException("k", "must be given", null, "give it"))
        .hasMessage("k must be given, was null; give it");
  }

  @Test
  void aTaskThatIsTooLargeTellsBothSizesAndTheKnob() {
    TaskTooLargeException error =
        new TaskTooLargeException("blur", 9_437_184, Bound.HEAP, 8_388_608);
    assertThat(error)
        .hasMessage(
            "task 'blur' needs 9,437,184 bytes but the heap holds 8,388,608; raise"
                + " Sluice.builder().heap(...)");
    assertThat(error.taskName()).isEqualTo("blur");
    assertThat(error.neededBytes()).isEqualTo(9_437_184);
    assertThat(error.boundBytes()).isEqualTo(8_388_608);
  }

  @Test
  void aTaskThatRanTooLongTellsItsLimitItsTimeAndItsWorker() {
    TaskTimeoutException error =
        new TaskTimeoutException("blur", Duration.ofSeconds(1), Duration.ofMillis(1_204), "cpu-3");
    assertThat(error)
        .hasMessage(
            "task 'blur' still ran on worker cpu-3 after 1,204 ms, its timeout is 1,000 ms; raise"
                + " Task.timeout(...), or let the kernel look at isCancelled()");
    assertThat(error.taskName()).isEqualTo("blur");
    assertThat(error.limit()).isEqualTo(Duration.ofSeconds(1));
    assertThat(error.ranFor()).isEqualTo(Duration.ofMillis(1_204));
    assertThat(error.workerName()).isEqualTo("cpu-3");
    assertThat(new TaskTimeoutException("t", Duration.ofNanos(20), Duration.ofNanos(21), "w"))
        .hasMessageContaining("21 ns");
  }

  @Test
  void aLostWorkerTellsWhatBecameOfIt() {
    IOException pipe = new IOException("broken pipe");
    WorkerLostException error = new WorkerLostException("cpu-3", "died with signal 9", pipe);
    assertThat(error).hasMessage("worker cpu-3 died with signal 9").hasCause(pipe);
    assertThat(error.workerName()).isEqualTo("cpu-3");
    assertThat(error.reason()).isEqualTo("died with signal 9");
    assertThat(error.exitStatus()).isEmpty();
    assertThat(error.signal()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, ", "7, ", "128, ", "129, 1", "137, 9", "192, 64", "193, ", "255, "})
  void aLostProcessTellsItsStatusAndTheSignalThatItMeans(int status, Integer signal) {
    WorkerLostException error =
        new WorkerLostException("cpu-3", "has ended", status, List.of("last words"));
    assertThat(error).hasMessage("worker cpu-3 has ended; its last output:\n  last words");
    assertThat(error.output()).containsExactly("last words");
    assertThat(error.exitStatus()).hasValue(status);
    assertThat(error.signal())
        .isEqualTo(signal == null ? OptionalInt.empty() : OptionalInt.of(signal));
  }

  @Test
  void messagesAreTheSameInEachLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(new TaskTooLargeException("t", 1_024, Bound.HEAP, 512))
          .hasMessageContaining("1,024");
      assertThat(new CompositeTaskException(null, List.of(new IOException()), 1_024))
          .hasMessageContaining("1,024");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void anInvalidTaskIsCalledByItsName() {
    InvalidTaskException error = new InvalidTaskException("blur", "needs a pool");
    assertThat(error).hasMessage("task 'blur': needs a pool");
    assertThat(error.taskName()).isEqualTo("blur");
  }

  @Test
  void whatIsNoTaskIsNotCalledOne() {
    InvalidTaskException error = InvalidTaskException.of("tensor 'rgb'", "is too large");
    assertThat(error).hasMessage("tensor 'rgb': is too large");
    assertThat(error.taskName()).isEqualTo("tensor 'rgb'");
  }

  @Test
  void aFailedTaskTellsItsCause() {
    IOException disk = new IOException("disk full");
    TaskFailedException error = new TaskFailedException("0:17", "blur", null, "failed", disk);
    assertThat(error)
        .hasMessage("task 'blur' (0:17) failed: java.io.IOException: disk full")
        .hasCause(disk);
    assertThat(error.taskId()).isEqualTo("0:17");
    assertThat(error.taskName()).isEqualTo("blur");
    assertThat(new TaskFailedException("0:18", "show", "photos", "did not run", error))
        .hasMessage(
            "task 'show' (0:18) of run 'photos' did not run: task 'blur' (0:17) failed:"
                + " java.io.IOException: disk full");
  }

  @Test
  void manyFailuresTellTheirNumberAndTheFirst() {
    List<Throwable> causes = List.of(new IOException("disk full"), new IOException("no net"));
    CompositeTaskException error = new CompositeTaskException(null, causes, 2);
    assertThat(error)
        .hasMessage("2 task(s) failed or were refused; the first: java.io.IOException: disk full")
        .hasCause(causes.getFirst());
    assertThat(error.causes()).isEqualTo(causes);
    assertThat(error.failureCount()).isEqualTo(2);
  }

  @Test
  void ofManyFailuresTheFirstThousandAreKept() {
    Throwable[] causes = new Throwable[1_500];
    Arrays.setAll(causes, i -> new IOException("no. " + i));
    CompositeTaskException error = new CompositeTaskException(null, Arrays.asList(causes), 2_000);
    assertThat(error.causes()).hasSize(CompositeTaskException.CAUSE_LIMIT);
    assertThat(error.causes().getLast()).hasMessage("no. 999");
    assertThat(error.failureCount()).isEqualTo(2_000);
    assertThat(error).hasMessageStartingWith("2,000 task(s)");
  }

  @Test
  void aStallTellsTheDiagnosis() {
    AdmissionStalledException error = new AdmissionStalledException("blur", diagnosis());
    assertThat(error).hasMessage("task 'blur' can't be admitted: nothing is free");
    assertThat(error.taskName()).isEqualTo("blur");
    assertThat(error.diagnosis()).isEqualTo(diagnosis());
  }

  private static Diagnosis diagnosis() {
    return new Diagnosis(Reason.HEAP_FULL, 9, 3, 2, "run 1", "the heap", "nothing is free");
  }

  @Test
  void aHeapThatCantBeHadTellsBothSizesWhereItKnowsThem() {
    HeapUnavailableException full = new HeapUnavailableException("full", 4_096, 1_024);
    assertThat(full.neededBytes()).isEqualTo(4_096);
    assertThat(full.freeBytes()).hasValue(1_024);
    IOException cause = new IOException("denied");
    HeapUnavailableException denied = new HeapUnavailableException("denied", 4_096, cause);
    assertThat(denied).hasCause(cause);
    assertThat(denied.freeBytes()).isEmpty();
    assertThat(Objects.requireNonNull(denied.getMessage())).isEqualTo("denied");
  }
}
