package io.sluice.ndjson;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.task.DType;
import io.sluice.task.Tensor;
import io.sluice.task.TensorView;
import io.sluice.task.TensorWriter;
import java.lang.foreign.MemorySegment;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Bytes of a tensor that are in a line: as Base64 in native byte order, or as numbers.
final class TensorData {
  private static final Set<DType> REAL =
      Set.of(
          DType.FLOAT32,
          DType.FLOAT64,
          DType.FLOAT16,
          DType.BFLOAT16,
          DType.FP8E4M3FN,
          DType.FP8E8M0,
          DType.FP4E2M1);

  private TensorData() {}

  static boolean isReal(DType dtype) {
    return REAL.contains(dtype);
  }

  /// What writes them; all of the tensor.
  static TensorWriter writer(JsonLine line, Tensor tensor) {
    if (line.has("base64") == line.has("values")) {
      throw line.refusal("a fill must have either base64 or values", both(line));
    }
    return line.has("base64") ? bytes(line, tensor) : numbers(line, tensor);
  }

  /// Writes them, and lets go of them then: an outcome that waits for its reader holds its task, and must
  /// not hold what the line had.
  private static <T> TensorWriter once(T data, BiConsumer<TensorView, T> writer) {
    var held = new AtomicReference<@Nullable T>(data);
    return view -> {
      T all = held.get();
      if (all == null) {
        throw new IllegalStateException("a line's bytes are written once");
      }
      writer.accept(view, all);
      held.set(null);
    };
  }

  private static String both(JsonLine line) {
    return line.has("base64") ? "both" : "neither";
  }

  private static TensorWriter bytes(JsonLine line, Tensor tensor) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(line.text("base64"));
    } catch (IllegalArgumentException e) {
      throw line.refusal("base64 must be Base64", e.getMessage());
    }
    if (bytes.length != tensor.byteSize()) {
      throw line.refusal(
          String.format(
              Locale.ROOT, "base64 must hold the %,d bytes of %s", tensor.byteSize(), tensor),
          bytes.length);
    }
    return once(
        bytes,
        (view, all) -> {
          var _ = view.withSegment(segment -> segment.copyFrom(MemorySegment.ofArray(all)));
        });
  }

  private static TensorWriter numbers(JsonLine line, Tensor tensor) {
    List<JsonNode> values = line.array("values");
    if (values.size() != tensor.shape().elementCount()) {
      throw line.refusal(
          String.format(
              Locale.ROOT,
              "values must hold the %,d elements of %s",
              tensor.shape().elementCount(),
              tensor),
          values.size());
    }
    return isReal(tensor.dtype()) ? reals(line, values) : wholes(line, tensor.dtype());
  }

  private static TensorWriter reals(JsonLine line, List<JsonNode> values) {
    double[] numbers = new double[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!values.get(i).isNumber()) {
        throw line.refusal("values[%d] must be a number".formatted(i), values.get(i));
      }
      numbers[i] = values.get(i).doubleValue();
    }
    return once(
        numbers,
        (view, all) -> {
          for (int i = 0; i < all.length; i++) {
            view.setDouble(i, all[i]);
          }
        });
  }

  private static TensorWriter wholes(JsonLine line, DType dtype) {
    long[] numbers = line.longs("values");
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] < least(dtype) || numbers[i] > most(dtype)) {
        throw line.refusal("values[%d] must fit into %s".formatted(i, dtype), numbers[i]);
      }
    }
    return once(
        numbers,
        (view, all) -> {
          for (int i = 0; i < all.length; i++) {
            view.setLong(i, all[i]);
          }
        });
  }

  private static long least(DType dtype) {
    return isSigned(dtype) ? Long.MIN_VALUE >> (Long.SIZE - bits(dtype)) : 0;
  }

  private static long most(DType dtype) {
    if (dtype == DType.BOOL) {
      return 1;
    }
    int valueBits = Math.min(isSigned(dtype) ? bits(dtype) - 1 : bits(dtype), Long.SIZE - 1);
    return Long.MAX_VALUE >> (Long.SIZE - 1 - valueBits);
  }

  private static boolean isSigned(DType dtype) {
    return dtype.name().startsWith("INT");
  }

  private static int bits(DType dtype) {
    return dtype.byteSize() * Byte.SIZE;
  }
}
