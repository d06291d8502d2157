package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.task.Dependency;
import io.sluice.task.Dependency.Kind;
import io.sluice.task.Task;
import io.sluice.task.TaskEvent;
import io.sluice.task.TaskResult;
import io.sluice.task.Tensor;
import io.sluice.test.ManualPublisher;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/// What events tell beside that something happened: times, dependencies, waits.
class EventDetailsTest extends RuntimeTest {
  private EventWatch watch;

  @BeforeEach
  void watch() {
    watch = new EventWatch(sluice);
  }

  @AfterEach
  void close() {
    watch.close();
  }

  private TaskEvent.Admitted admitted(String task) {
    return watch.await(
        TaskEvent.Admitted.class, event -> event.taskName().equals(task), "admission of " + task);
  }

  private Dependency on(String task, Kind kind) {
    return new Dependency(admitted(task).taskId(), kind);
  }

  private void run(Task... tasks) {
    StepVerifier.create(sluice.submit(Flux.just(tasks)))
        .thenConsumeWhile(result -> true)
        .expectComplete()
        .verify(BOUND);
  }

  /// All are admitted while the kernel of one of them waits for the test.
  private void runHolding(String held, Task... tasks) {
    StepVerifier.create(sluice.submit(Flux.just(tasks)))
        .then(() -> admitted(tasks[tasks.length - 1].name()))
        .then(() -> kernels.complete(held))
        .thenConsumeWhile(result -> true)
        .expectComplete()
        .verify(BOUND);
  }

  @Test
  void anAdmissionTellsWhoseBytesItReadsAlsoOfOneThatIsDone() {
    Tensor bytes = slabs(1);
    ManualPublisher<Task> tasks = ManualPublisher.create();
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> Await.emitted(tasks, quick("write").out(bytes)))
        .expectNextCount(1)
        .then(() -> Await.emitted(tasks, quick("read").in(bytes)))
        .then(tasks::complete)
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(admitted("write").dependencies()).isEmpty();
    assertThat(admitted("read").dependencies()).containsExactly(on("write", Kind.DATA));
  }

  @Test
  void itTellsWhomItOverwritesAndWhomItWasPutBehind() {
    Tensor bytes = slabs(1);
    Task write = kernels.task("write").out(bytes);
    runHolding(
        "write",
        write,
        quick("read").in(bytes),
        quick("change").inout(bytes),
        quick("behind").after(write));
    assertThat(admitted("change").dependencies())
        .containsExactlyInAnyOrder(on("write", Kind.DATA), on("read", Kind.ORDER));
    assertThat(admitted("behind").dependencies()).containsExactly(on("write", Kind.AFTER));
  }

  /// It reads what the one before wrote, by a later argument, and overwrites what that one has read.
  @Test
  void ofTwoReasonsTheReadOneIsTold() {
    Tensor changed = slabs(1);
    Tensor made = slabs(1);
    runHolding(
        "make",
        quick("write").out(changed),
        kernels.task("make").in(changed).out(made),
        quick("change").inout(changed).in(made));
    assertThat(admitted("change").dependencies())
        .containsExactlyInAnyOrder(on("write", Kind.DATA), on("make", Kind.DATA));
  }

  @Test
  void anOpenResultThatIsOverwrittenIsADependencyOfItsOwn() {
    Tensor bytes = slabs(1);
    ManualPublisher<Task> tasks = ManualPublisher.create();
    AtomicReference<TaskResult> open = new AtomicReference<>();
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> Await.emitted(tasks, quick("lend").out(bytes).yields(bytes)))
        .consumeNextWith(open::set)
        .then(() -> Await.emitted(tasks, quick("overwrite").inout(bytes)))
        .then(() -> admitted("overwrite"))
        .then(() -> open.get().close())
        .then(tasks::complete)
        .expectNextCount(1)
        .expectComplete()
        .verify(BOUND);
    assertThat(admitted("overwrite").dependencies())
        .containsExactly(on("lend", Kind.DATA), on("lend", Kind.RESULT));
    assertThat(watch.await(TaskEvent.ResultClosed.class).taskName()).isEqualTo("lend");
  }

  @Test
  void aTasksTimesGrowFromItsAdmissionToItsEnd() {
    run(quick("a").out(slabs(1)));
    TaskEvent.Consumed consumed = watch.await(TaskEvent.Consumed.class);
    TaskEvent.Started started = watch.await(TaskEvent.Started.class);
    TaskEvent.Returned returned = watch.await(TaskEvent.Returned.class);
    assertThat(admitted("a").atNs()).isLessThanOrEqualTo(started.atNs());
    assertThat(started.atNs()).isLessThanOrEqualTo(returned.startedNs());
    assertThat(returned.runTimeNs()).isPositive();
    assertThat(watch.await(TaskEvent.Completed.class).atNs()).isLessThanOrEqualTo(consumed.atNs());
    assertThat(returned.pool()).isEqualTo("cpu");
    assertThat(returned.failed()).isFalse();
    assertThat(admitted("a").kernel()).isEqualTo("a");
  }

  @Test
  void aTaskThatWaitedForBytesTellsHowLong() {
    Tensor all = slabs(8);
    Flux<Task> tasks =
        Flux.just(kernels.task("first").out(all).lastUse(all), quick("second").out(slabs(8)));
    StepVerifier.create(sluice.submit(tasks))
        .then(() -> awaitNeeded(8 * SLAB))
        .then(() -> kernels.complete("first"))
        .expectNextCount(2)
        .expectComplete()
        .verify(BOUND);
    assertThat(admitted("first").waitedNs()).isZero();
    assertThat(admitted("second").waitedNs()).isPositive();
  }
}
