package io.sluice.examples.photos;

import static io.sluice.task.DType.INT64;
import static io.sluice.task.DType.UINT8;

import io.sluice.task.Task;
import io.sluice.task.Tensor;
import reactor.core.publisher.Flux;

/// One photo's way: decoded, scaled, encoded.
///
/// @param number which one
/// @param code what it is encoded as
record Photo(int number, Tensor code) {
  static final int WIDTH = 1_000;
  static final int HEIGHT = 1_000;
  static final int CHANNELS = 3;
  static final int SCALE = 8;
  static final int SMALL_WIDTH = WIDTH / SCALE;
  static final int SMALL_HEIGHT = HEIGHT / SCALE;

  static Photo of(int number) {
    return new Photo(number, Tensor.of(INT64, 1));
  }

  /// A scope: its bytes come back when it is encoded.
  Flux<Task> tasks() {
    Tensor rgb = Tensor.of(UINT8, HEIGHT, WIDTH, CHANNELS);
    Tensor small = Tensor.of(UINT8, SMALL_HEIGHT, SMALL_WIDTH, CHANNELS);
    return Flux.just(
        Task.call("decode", PhotoKernels.kernel("decode")).out(rgb).scalar(number),
        Task.call("scale", PhotoKernels.kernel("scale")).in(rgb).out(small).lastUse(rgb),
        Task.call("encode", PhotoKernels.kernel("encode")).in(small).out(code).yields(code));
  }

  /// The same as lines.
  String lines() {
    return """
    {"scope": "begin"}
    {"kernel": "decode", "args": [{"out": "rgb", "dtype": "UINT8", "shape": [%1$d, %2$d, 3]}], "scalars": [%5$d]}
    {"kernel": "scale", "args": [{"in": "rgb"}, {"out": "small", "dtype": "UINT8", "shape": [%3$d, %4$d, 3]}], "last": ["rgb"]}
    {"kernel": "encode", "args": [{"in": "small"}, {"out": "code", "dtype": "INT64", "shape": [1]}], "yields": ["code"]}
    {"scope": "end"}
    """
        .formatted(HEIGHT, WIDTH, SMALL_HEIGHT, SMALL_WIDTH, number);
  }

  /// What a plain loop makes of it.
  long plainCode() {
    Decoder decoder = new Decoder(number);
    Scaler scaler = new Scaler();
    byte[] row = new byte[WIDTH * CHANNELS];
    byte[] small = new byte[SMALL_WIDTH * CHANNELS];
    byte[] pixels = new byte[SMALL_HEIGHT * small.length];
    for (int y = 0; y < HEIGHT; y++) {
      decoder.next(row);
      if (scaler.add(row, small)) {
        System.arraycopy(small, 0, pixels, y / SCALE * small.length, small.length);
      }
    }
    return Encoder.code(pixels);
  }
}
