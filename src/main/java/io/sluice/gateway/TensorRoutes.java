package io.sluice.gateway;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.sluice.Sluice;
import io.sluice.task.DType;
import io.sluice.task.Pools;
import io.sluice.task.Task;
import io.sluice.task.TaskResult;
import io.sluice.task.TensorView;
import io.sluice.task.UserTensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/// Stored tensors: raw bytes between the socket and a segment outside the heap, never in Java's.
final class TensorRoutes {
  private static final int PIECE_BYTES = 64 * 1024;

  private final Sluice sluice;
  private final GatewayLimits limits;
  private final TensorStore store;

  TensorRoutes(Sluice sluice, GatewayLimits limits, TensorStore store) {
    this.sluice = sluice;
    this.limits = limits;
    this.store = store;
  }

  List<Route> routes() {
    return List.of(
        Route.of("GET", "/tensors", this::list),
        Route.of("PUT", "/tensors/{name}", this::put),
        Route.of("GET", "/tensors/{name}", this::get),
        Route.of("DELETE", "/tensors/{name}", this::delete));
  }

  private Mono<Void> list(Exchange exchange) {
    List<Object> tensors =
        store.all().stream()
            .map(entry -> (Object) described(entry.getKey(), entry.getValue()))
            .toList();
    return exchange.json(200, Map.of("tensors", tensors));
  }

  private static Map<String, Object> described(String name, UserTensor tensor) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", name);
    object.put("dtype", tensor.dtype().name());
    object.put("shape", tensor.shape().extents());
    object.put("bytes", tensor.byteSize());
    return object;
  }

  private Mono<Void> put(Exchange exchange) {
    String name = checkedName(exchange.parameter("name"));
    UserTensor tensor = store.make(name, dtype(exchange), shape(exchange));
    Upload upload = new Upload(tensor);
    return Mono.defer(() -> upload.checkAnnounced(exchange.header(HttpHeaderNames.CONTENT_LENGTH)))
        .thenMany(
            SilenceLimit.on(exchange.request().receive(), limits.silence(), Schedulers.parallel()))
        .timeout(Mono.delay(limits.firstByte()), piece -> Mono.never())
        .doOnNext(upload::write)
        .then(Mono.fromRunnable(() -> upload.storeAs(name)))
        .doFinally(signal -> upload.end())
        .then(Mono.defer(() -> exchange.json(201, described(name, tensor))));
  }

  private static String checkedName(String name) {
    if (!name.matches("[\\w.-]{1,128}")) {
      throw new HttpRefusal(
          400,
          "bad-name",
          "a tensor's name must have 1 to 128 letters, digits and _.-, was "
              + Text.shortened(name));
    }
    return name;
  }

  private static DType dtype(Exchange exchange) {
    String given = String.valueOf(exchange.query("dtype"));
    return Arrays.stream(DType.values())
        .filter(each -> each.name().equals(given))
        .findFirst()
        .orElseThrow(
            () ->
                new HttpRefusal(
                    400,
                    "bad-query",
                    "dtype must be one of %s, was %s"
                        .formatted(Arrays.toString(DType.values()), Text.shortened(given))));
  }

  private static long[] shape(Exchange exchange) {
    String given = String.valueOf(exchange.query("shape"));
    if (!given.matches("\\d{1,18}(,\\d{1,18}){0,7}")) {
      throw new HttpRefusal(
          400,
          "bad-query",
          "shape must be 1 to 8 numbers with commas between, as 480,640,3, was "
              + Text.shortened(given));
    }
    return Arrays.stream(given.split(",")).mapToLong(Long::parseLong).toArray();
  }

  /// A task of a run of its own reads the tensor: it comes behind what was admitted before, and holds
  /// back later writers until the client has read all.
  private Mono<Void> get(Exchange exchange) {
    UserTensor tensor = store.get(exchange.parameter("name"));
    Task download = Task.call("download", context -> {}).in(tensor).yields(tensor).on(Pools.LOADER);
    return Flux.usingWhen(
            sluice
                .with(options -> options.name("http-download"))
                .submit(Mono.just(download))
                .single(),
            result -> send(exchange, tensor, result),
            result -> Mono.fromRunnable(result::close))
        .then();
  }

  private static Mono<Void> send(Exchange exchange, UserTensor tensor, TaskResult result) {
    TensorView view = result.view();
    ByteBufAllocator buffers = exchange.response().alloc();
    exchange
        .response()
        .status(200)
        .header(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream")
        .header(HttpHeaderNames.CONTENT_LENGTH, Long.toString(view.byteSize()))
        .header(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .header("Sluice-DType", tensor.dtype().name())
        .header("Sluice-Shape", text(tensor.shape().extents()));
    return exchange.sendAll(pieces(view, buffers));
  }

  private static String text(long[] extents) {
    return LongStream.of(extents).mapToObj(Long::toString).collect(Collectors.joining(","));
  }

  /// Copied from the segment one by one, as the socket takes them.
  private static Flux<ByteBuf> pieces(TensorView view, ByteBufAllocator buffers) {
    return Flux.generate(
        () -> 0L,
        (from, sink) -> {
          int length = (int) Math.min(PIECE_BYTES, view.byteSize() - from);
          sink.next(copy(view, from, buffers.ioBuffer(length), length));
          if (from + length == view.byteSize()) {
            sink.complete();
          }
          return from + length;
        });
  }

  private static ByteBuf copy(TensorView view, long from, ByteBuf to, int length) {
    var _ =
        view.withSegment(
            segment ->
                MemorySegment.ofBuffer(to.internalNioBuffer(0, length))
                    .copyFrom(segment.asSlice(from, length)));
    return to.writerIndex(length);
  }

  private Mono<Void> delete(Exchange exchange) {
    String name = exchange.parameter("name");
    store.delete(name);
    return exchange.json(200, Map.of("name", name, "deleted", true));
  }

  /// The bytes of one request on their way into a tensor that nobody else knows yet.
  private final class Upload {
    private final UserTensor tensor;
    private long position;
    private boolean stored;

    Upload(UserTensor tensor) {
      this.tensor = tensor;
    }

    Mono<Void> checkAnnounced(@Nullable String contentLength) {
      return contentLength == null || contentLength.equals(Long.toString(tensor.byteSize()))
          ? Mono.empty()
          : Mono.error(wrongLength(contentLength));
    }

    /// The buffer is the server's again when this returns.
    void write(ByteBuf piece) {
      int length = piece.readableBytes();
      if (length > tensor.byteSize() - position) {
        throw wrongLength("more");
      }
      MemorySegment source = MemorySegment.ofBuffer(piece.nioBuffer());
      tensor.write(
          view -> {
            var _ = view.withSegment(segment -> segment.asSlice(position, length).copyFrom(source));
          });
      position += length;
    }

    void storeAs(String name) {
      if (position != tensor.byteSize()) {
        throw wrongLength(Long.toString(position));
      }
      store.put(name, tensor);
      stored = true;
    }

    private HttpRefusal wrongLength(String given) {
      return new HttpRefusal(
          400,
          "wrong-length",
          String.format(
              Locale.ROOT,
              "the body must have the %,d bytes of %s, had %s",
              tensor.byteSize(),
              tensor,
              given));
    }

    void end() {
      if (!stored) {
        store.drop(tensor);
      }
    }
  }
}
