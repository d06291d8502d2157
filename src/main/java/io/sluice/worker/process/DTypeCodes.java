package io.sluice.worker.process;

import io.sluice.task.DType;

/// The byte that stands for each type in a frame; part of the protocol, never changed.
final class DTypeCodes {
  private static final DType[] TYPES = {
    DType.FLOAT32,
    DType.FLOAT64,
    DType.FLOAT16,
    DType.BFLOAT16,
    DType.INT8,
    DType.INT16,
    DType.INT32,
    DType.INT64,
    DType.UINT8,
    DType.UINT16,
    DType.UINT32,
    DType.UINT64,
    DType.BOOL,
    DType.FP8E4M3FN,
    DType.FP8E8M0,
    DType.FP4E2M1
  };

  private DTypeCodes() {}

  static int codeOf(DType type) {
    return switch (type) {
      case FLOAT32 -> 0;
      case FLOAT64 -> 1;
      case FLOAT16 -> 2;
      case BFLOAT16 -> 3;
      case INT8 -> 4;
      case INT16 -> 5;
      case INT32 -> 6;
      case INT64 -> 7;
      case UINT8 -> 8;
      case UINT16 -> 9;
      case UINT32 -> 10;
      case UINT64 -> 11;
      case BOOL -> 12;
      case FP8E4M3FN -> 13;
      case FP8E8M0 -> 14;
      case FP4E2M1 -> 15;
    };
  }

  static DType typeOf(int code) {
    return TYPES[code];
  }
}
