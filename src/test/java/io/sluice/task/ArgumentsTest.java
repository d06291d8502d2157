package io.sluice.task;

import static io.sluice.task.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private final Tensor a = Tensor.named("a", DType.INT8, 4);
  private final Tensor b = Tensor.named("b", DType.INT8, 4);

  @Test
  void keepTheirOrderAndAccess() {
    Arguments arguments =
        Arguments.none()
            .in(a, b)
            .out(a)
            .inout(b.rows(0, 2))
            .outExisting(a)
            .noDep(b)
            .scalar(3)
            .scalar(0.5);
    assertThat(arguments.tensors())
        .containsExactly(
            new Argument(a, Access.IN),
            new Argument(b, Access.IN),
            new Argument(a, Access.OUT),
            new Argument(b.rows(0, 2), Access.INOUT),
            new Argument(a, Access.OUT_EXISTING),
            new Argument(b, Access.NO_DEP));
    assertThat(arguments.tensorCount()).isEqualTo(6);
    assertThat(arguments.tensor(2)).hasToString("OUT tensor 'a' INT8[4]");
    assertThat(arguments.scalarCount()).isEqualTo(2);
    assertThat(arguments.scalarValue(0)).isEqualTo(3L);
    assertThat(arguments.scalarValue(1)).isEqualTo(0.5);
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> arguments.tensor(6));
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> arguments.scalarValue(2));
  }

  @Test
  void readWellInErrors() {
    assertThat(Arguments.none().in(a).scalar(3))
        .hasToString("[IN tensor 'a' INT8[4]], scalars [3]");
  }

  @Test
  void areImmutable() {
    Arguments one = Arguments.none().in(a);
    assertThat(one.out(b)).isNotSameAs(one);
    assertThat(one.scalar(1)).isNotSameAs(one);
    assertThat(one.tensorCount()).isEqualTo(1);
    assertThat(one.scalarCount()).isZero();
    assertThat(Arguments.none().tensorCount()).isZero();
  }

  @Test
  void aNumberOfWhicheverTypeIsAScalar() {
    assertThat(Arguments.none().scalar(7).scalarValue(0)).as("an int").isEqualTo(7L);
    assertThat(Arguments.none().scalar(7f).scalarValue(0)).as("a float").isEqualTo(7.0);
  }

  @Test
  void tensorsComeBeforeScalars() {
    assertRefused(
        () -> Arguments.none().scalar(1).scalar(2).in(a),
        "a group member: tensors must come before scalars, but 2 scalar(s) came first; swap them");
  }

  @Test
  void thereAreAtMost256Tensors() {
    TensorRef[] most = new TensorRef[Arguments.MAX_TENSORS];
    Arrays.fill(most, a);
    Arguments full = Arguments.none().in(most);
    assertThat(full.tensorCount()).isEqualTo(256);
    assertRefused(
        () -> full.in(b),
        "a group member: may name at most 256 tensors, named 257; split the task, or name slices of"
            + " one tensor together");
  }

  @Test
  void thereAreAtMost1024Scalars() {
    Arguments most = Arguments.none();
    for (int i = 0; i < Arguments.MAX_SCALARS; i++) {
      most = most.scalar(i);
    }
    Arguments full = most;
    assertThat(full.scalarCount()).isEqualTo(1_024);
    assertRefused(
        () -> full.scalar(1.0),
        "a group member: may have at most 1,024 scalars, was given 1,025; put them into a tensor");
  }

  @Test
  void nullIsNoTensor() {
    assertRefused(
        () -> Arguments.none().in(a, null),
        "a group member: a tensor must not be null; name a Tensor or a slice");
    assertRefused(
        () -> Arguments.none().out((TensorRef[]) null),
        "a group member: tensors must not be null; name a Tensor or a slice");
  }

  @Test
  void accessSaysWhatItSeesAndShows() {
    assertThat(Access.values()).filteredOn(Access::reads).containsExactly(Access.IN, Access.INOUT);
    assertThat(Access.values())
        .filteredOn(Access::writes)
        .containsExactly(Access.OUT, Access.INOUT, Access.OUT_EXISTING);
  }
}
