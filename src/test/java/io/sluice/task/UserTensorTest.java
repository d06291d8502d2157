package io.sluice.task;

import static io.sluice.task.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sluice.error.TensorInUseException;
import io.sluice.error.TensorUnavailableException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class UserTensorTest {
  private final FakeStorage storage = new FakeStorage();
  private final UserTensor mine = new UserTensor("mine", DType.INT8, Shape.of(4), storage);

  @Test
  void tellsThatTheUserOwnsIt() {
    assertThat(mine.isUserOwned()).isTrue();
    assertThat(mine.isZeroed()).isTrue();
    assertThat(mine).hasToString("tensor 'mine' INT8[4]");
    assertRefused(
        mine::zeroed,
        "tensor 'mine' INT8[4]: it is user-owned and was zeroed when it was made; leave zeroed()"
            + " out");
  }

  @Test
  void lendsItsBytesToTheUser() {
    assertThat(mine.<Integer>read(view -> 7)).isEqualTo(7);
    mine.write(view -> {});
    assertThat(storage.readCount).isEqualTo(1);
    assertThat(storage.writeCount).isEqualTo(1);
  }

  @Test
  void isFreeAgainAfterTheUserThrew() {
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> mine.read(view -> 1 / storage.closeCount));
    assertThatExceptionOfType(ArithmeticException.class)
        .isThrownBy(() -> mine.write(view -> assertThat(1 / storage.closeCount).isOne()));
    assertThat(mine.tryHold()).isTrue();
  }

  @Test
  void oneUserAtATimeIsInside() {
    String why = ": a read(...) or write(...) of it is running; wait for its end";
    mine.write(
        view -> {
          assertInUse(() -> mine.read(v -> 1), "read now" + why);
          assertInUse(() -> mine.write(v -> {}), "written now" + why);
          assertInUse(mine::close, "closed now" + why);
        });
    mine.close();
  }

  @Test
  void noTaskGetsItWhileTheUserIsInside() {
    mine.write(view -> assertThat(mine.tryHold()).isFalse());
    mine.read(view -> assertThat(mine.tryHold()).isFalse());
    assertThat(mine.tryHold()).isTrue();
  }

  @Test
  void theUserIsKeptOutWhileTasksHoldIt() {
    assertThat(mine.tryHold()).isTrue();
    assertThat(mine.tryHold()).isTrue();
    String why =
        " admitted task(s) or open result(s) hold it; wait for the run's end and close its results";
    assertInUse(() -> mine.read(view -> 1), "read now: 2" + why);
    mine.letGo();
    assertInUse(() -> mine.write(view -> {}), "written now: 1" + why);
    assertInUse(mine::close, "closed now: 1" + why);
    mine.letGo();
    mine.close();
    assertThat(mine.isClosed()).isTrue();
  }

  @Test
  void closesOnce() {
    mine.close();
    mine.close();
    assertThat(storage.closeCount).isEqualTo(1);
    assertThat(mine.isClosed()).isTrue();
  }

  @Test
  void onceClosedNobodyGetsIt() {
    mine.close();
    assertThat(mine.tryHold()).isFalse();
    assertClosed(() -> mine.read(view -> 1), "read");
    assertClosed(() -> mine.write(view -> {}), "written");
    assertThat(storage.readCount + storage.writeCount).isZero();
  }

  @Test
  void aUserWhoIsNullTakesNothing() {
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> mine.read(null));
    assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> mine.write(null));
    mine.close();
  }

  @Test
  void acceptsWhatFailedTasksLeft() {
    mine.acceptAsIs();
    assertThat(storage.acceptCount).isEqualTo(1);
  }

  private static void assertInUse(ThrowingCallable call, String what) {
    assertThatExceptionOfType(TensorInUseException.class)
        .isThrownBy(call)
        .withMessage("tensor 'mine' INT8[4] can't be " + what);
  }

  private static void assertClosed(ThrowingCallable call, String verb) {
    assertThatExceptionOfType(TensorUnavailableException.class)
        .isThrownBy(call)
        .withMessage("tensor 'mine' INT8[4] can't be " + verb + ": it is closed; make another one")
        .returns(TensorUnavailableException.Reason.CLOSED, TensorUnavailableException::reason);
  }
}
