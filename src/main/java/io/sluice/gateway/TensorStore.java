package io.sluice.gateway;

import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Tensor;
import io.sluice.task.UserTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Tensors that clients have stored under names: user-owned ones, outside the heap.
///
/// **Threads.** Any; one lock, held for moments and while a segment is mapped.
/// **Bound.** So many bytes, those of uploads included.
final class TensorStore {
  private final Sluice sluice;
  private final long maxBytes;
  private final Map<String, UserTensor> tensors = new TreeMap<>();
  private long bytes;

  TensorStore(Sluice sluice, long maxBytes) {
    this.sluice = sluice;
    this.maxBytes = maxBytes;
  }

  synchronized @Nullable UserTensor find(String name) {
    return tensors.get(name);
  }

  /// What a task names by a slash and this name.
  @Nullable Tensor tensor(String name) {
    return find(name);
  }

  /// @throws HttpRefusal if there is none
  UserTensor get(String name) {
    UserTensor tensor = find(name);
    if (tensor == null) {
      throw new HttpRefusal(
          404,
          "unknown-tensor",
          "there is no tensor " + Text.shortened(name) + "; GET /tensors lists them");
    }
    return tensor;
  }

  synchronized List<Map.Entry<String, UserTensor>> all() {
    return new ArrayList<>(new TreeMap<>(tensors).entrySet());
  }

  /// A tensor that is not stored yet: to be filled, then [#put] or [#drop]ped.
  ///
  /// @throws HttpRefusal if there is no room for it
  synchronized UserTensor make(String name, DType dtype, long[] shape) {
    long needed = Tensor.of(dtype, shape).byteSize();
    if (needed > maxBytes - bytes) {
      throw new HttpRefusal(
          507,
          "no-room",
          String.format(
              Locale.ROOT,
              "%,d bytes are needed, but only %,d of %,d are left for stored tensors; delete some,"
                  + " or raise GatewayLimits.stored(...)",
              needed,
              maxBytes - bytes,
              maxBytes));
    }
    UserTensor tensor = sluice.tensor(name, dtype, shape);
    bytes += needed;
    return tensor;
  }

  /// Stores it in place of the one before.
  ///
  /// @throws io.sluice.error.TensorInUseException if a run or a reader holds that one; nothing has changed
  synchronized void put(String name, UserTensor tensor) {
    UserTensor before = tensors.get(name);
    if (before != null) {
      drop(before);
    }
    tensors.put(name, tensor);
  }

  /// Gives back one that is not stored.
  synchronized void drop(UserTensor tensor) {
    if (!tensor.isClosed()) {
      tensor.close();
      bytes -= tensor.byteSize();
    }
  }

  /// @throws HttpRefusal if there is none
  /// @throws io.sluice.error.TensorInUseException if a run or a reader holds it
  synchronized void delete(String name) {
    drop(get(name));
    tensors.remove(name);
  }
}
