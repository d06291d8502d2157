package io.sluice.examples.photos;

import io.sluice.task.Kernel;
import io.sluice.task.KernelContext;
import io.sluice.task.KernelLibrary;
import io.sluice.task.TensorView;
import java.util.Map;

/// Decodes, scales and encodes photos that are made up, but cost what real ones do.
public final class PhotoKernels implements KernelLibrary {
  @Override
  public Map<String, Kernel> kernels() {
    return Map.of(
        "decode", PhotoKernels::decode,
        "scale", PhotoKernels::scale,
        "encode", PhotoKernels::encode);
  }

  static Kernel kernel(String name) {
    return KernelLibrary.kernel(PhotoKernels.class, name);
  }

  private static void decode(KernelContext context) {
    TensorView photo = context.tensor(0);
    byte[] row = new byte[Photo.WIDTH * Photo.CHANNELS];
    Decoder decoder = new Decoder(context.scalarLong(0));
    for (int y = 0; y < Photo.HEIGHT; y++) {
      decoder.next(row);
      photo.copyFrom((long) y * row.length, row, 0, row.length);
    }
  }

  private static void scale(KernelContext context) {
    TensorView photo = context.tensor(0);
    byte[] row = new byte[Photo.WIDTH * Photo.CHANNELS];
    byte[] small = new byte[Photo.SMALL_WIDTH * Photo.CHANNELS];
    Scaler scaler = new Scaler();
    for (int y = 0; y < Photo.HEIGHT; y++) {
      photo.copyTo((long) y * row.length, row, 0, row.length);
      if (scaler.add(row, small)) {
        context.tensor(1).copyFrom((long) (y / Photo.SCALE) * small.length, small, 0, small.length);
      }
    }
  }

  private static void encode(KernelContext context) {
    TensorView small = context.tensor(0);
    byte[] pixels = new byte[(int) small.elementCount()];
    small.copyTo(0, pixels, 0, pixels.length);
    context.tensor(1).setLong(0, Encoder.code(pixels));
  }
}
