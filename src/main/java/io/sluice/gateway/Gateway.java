package io.sluice.gateway;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.sluice.Sluice;
import io.sluice.ndjson.TaskStream;
import io.sluice.task.Kernel;
import io.sluice.task.KernelDirectory;
import io.sluice.task.KernelLibrary;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/// A runtime over HTTP.
///
/// ```java
/// Gateway gateway = Gateway.start(sluice, GatewayOptions.of(Photos.class).port(8080)).block();
/// ```
///
/// The runtime stays its owner's: a gateway that is disposed of leaves it open, and ends the runs of its
/// clients. Dispose of the gateway first.
///
/// **Threads.** Those of its own event loops, named `sluice-gateway`; the runtime's workers write outcomes
/// to sockets without waiting for them.
public final class Gateway implements Disposable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final int MAX_REQUEST_LINE = 4_096;
  private static final int MAX_HEAD = 16_384;

  /// By this key Reactor finds what to do with an error that comes behind the end, as that of a client
  /// which resets its connection: it is no fault of the gateway's, and not for the log of errors.
  private static final String DROPPED = "reactor.onErrorDropped.local";

  private static final Duration IDLE = Duration.ofSeconds(60);

  private final List<Route> routes = new ArrayList<>();
  private final GatewayOptions options;
  private final Guard guard;
  private final Connections connections;
  private final LoopResources loops = LoopResources.create("sluice-gateway", 2, true);
  private final Scheduler watcher = Schedulers.newSingle("sluice-gateway-watch", true);
  private final EventHistory history;
  private final TensorStore store;
  private @Nullable DisposableServer server;

  private Gateway(Sluice sluice, GatewayOptions options) {
    GatewayLimits limits = options.limits();
    this.options = options;
    this.guard = new Guard(options);
    this.connections = new Connections(limits.connectionCount(), limits.firstByte());
    this.store = new TensorStore(sluice, limits.storedBytes());
    this.history = new EventHistory(sluice, limits.eventCount(), watcher);
    Map<String, Kernel> kernels = kernels(options.library());
    TaskStream tasks = new TaskStream(kernels::get, store::tensor, limits.openTaskCount());
    Flux<Long> ticks = Flux.interval(EventRoutes.tick(), watcher).onBackpressureDrop().share();
    routes.addAll(new RunRoutes(sluice, limits, tasks, new RunBook(limits.runCount())).routes());
    routes.addAll(new TensorRoutes(sluice, limits, store).routes());
    routes.addAll(new EventRoutes(history, ticks).routes());
    routes.addAll(new DashboardRoutes(sluice, watcher).routes());
    routes.addAll(DashboardPage.routes());
    routes.addAll(new StateRoutes(sluice, options.metrics()).routes());
  }

  private static Map<String, Kernel> kernels(Class<? extends KernelLibrary> library) {
    Map<String, Kernel> kernels = new TreeMap<>();
    for (String name : KernelDirectory.of(library).names()) {
      kernels.put(name, KernelLibrary.kernel(library, name));
    }
    return kernels;
  }

  /// Starts a gateway.
  ///
  /// **On subscribe** it binds. **Resolves** when it listens. **Errors**: what the bind fails with, such as
  /// a port in use. **Cancel** gives up the bind.
  ///
  /// @throws io.sluice.error.InvalidTaskException if the library can't be loaded
  public static Mono<Gateway> start(Sluice sluice, GatewayOptions options) {
    Objects.requireNonNull(sluice, "sluice");
    Objects.requireNonNull(options, "options");
    return Mono.defer(() -> new Gateway(sluice, options).bind());
  }

  private Mono<Gateway> bind() {
    return TlsFiles.on(http(), options)
        .bind()
        .doOnError(error -> release())
        .map(
            bound -> {
              server = bound;
              LOG.info("{} listens at {}", options, bound.address());
              return this;
            });
  }

  private HttpServer http() {
    return HttpServer.create()
        .host(options.bindAddress())
        .port(options.port())
        .runOn(loops)
        .idleTimeout(IDLE)
        .httpRequestDecoder(
            decoder -> decoder.maxInitialLineLength(MAX_REQUEST_LINE).maxHeaderSize(MAX_HEAD))
        .doOnChannelInit((observer, channel, address) -> connected(channel))
        .handle(this::handle);
  }

  private void connected(Channel channel) {
    connections.opened(channel);
    channel
        .pipeline()
        .addAfter(NettyPipeline.HttpCodec, "sluice-first-request", connections.firstRequest());
  }

  private Mono<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    Exchange exchange = new Exchange(request, response, Map.of());
    return Mono.defer(() -> answer(exchange))
        .onErrorResume(error -> refuse(exchange, error))
        .contextWrite(context -> context.put(DROPPED, (Consumer<Throwable>) Failures::cutOff));
  }

  private Mono<Void> answer(Exchange exchange) {
    Route route = route(exchange);
    guard.check(exchange, route != null && route.open());
    if (route == null) {
      throw noRoute(exchange);
    }
    Map<String, String> parameters =
        Objects.requireNonNull(route.match(exchange.request().fullPath()));
    return route
        .handler()
        .handle(new Exchange(exchange.request(), exchange.response(), parameters));
  }

  private @Nullable Route route(Exchange exchange) {
    return routes.stream()
        .filter(route -> route.method().equals(exchange.request().method().name()))
        .filter(route -> route.match(exchange.request().fullPath()) != null)
        .findFirst()
        .orElse(null);
  }

  private HttpRefusal noRoute(Exchange exchange) {
    TreeSet<String> methods = new TreeSet<>();
    routes.stream()
        .filter(route -> route.match(exchange.request().fullPath()) != null)
        .forEach(route -> methods.add(route.method()));
    if (methods.isEmpty()) {
      return new HttpRefusal(
          404,
          "unknown-path",
          "there is nothing at this path; GET /openapi.json says what there is");
    }
    exchange.response().header(HttpHeaderNames.ALLOW, String.join(", ", methods));
    return new HttpRefusal(405, "wrong-method", "this path takes " + String.join(", ", methods));
  }

  /// Behind the first byte nothing can be said any more: the connection is cut.
  private static Mono<Void> refuse(Exchange exchange, Throwable error) {
    if (exchange.response().hasSentHeaders()) {
      Failures.cutOff(error);
      return Mono.fromRunnable(exchange::cut);
    }
    HttpRefusal refusal = Failures.told(error);
    return Mono.defer(() -> exchange.refuse(refusal))
        .onErrorResume(gone -> Mono.fromRunnable(exchange::cut));
  }

  /// What it answers; for the test of its description.
  List<Route> routes() {
    return List.copyOf(routes);
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return (InetSocketAddress) Objects.requireNonNull(server).address();
  }

  /// Open connections.
  public int connectionCount() {
    return connections.count();
  }

  /// Stops listening and closes all connections: their runs are cancelled. Doesn't wait. Idempotent.
  @Override
  public void dispose() {
    if (server != null) {
      server.dispose();
    }
    release();
  }

  private void release() {
    history.dispose();
    loops.dispose();
    watcher.dispose();
  }

  @Override
  public boolean isDisposed() {
    return loops.isDisposed();
  }
}
