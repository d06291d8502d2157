package io.sluice.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 4",
    "FLOAT64, 8",
    "FLOAT16, 2",
    "BFLOAT16, 2",
    "INT8, 1",
    "INT16, 2",
    "INT32, 4",
    "INT64, 8",
    "UINT8, 1",
    "UINT16, 2",
    "UINT32, 4",
    "UINT64, 8",
    "BOOL, 1",
    "FP8E4M3FN, 1",
    "FP8E8M0, 1",
    "FP4E2M1, 1"
  })
  void anElementTakesSoManyBytes(DType dtype, int bytes) {
    assertThat(dtype.byteSize()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @EnumSource
  void aTensorTakesThatForEachElement(DType dtype) {
    assertThat(Tensor.of(dtype, 3, 5).byteSize()).isEqualTo(15L * dtype.byteSize());
  }
}
