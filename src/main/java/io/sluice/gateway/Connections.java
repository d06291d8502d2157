package io.sluice.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts connections, and closes those that are too many or say nothing.
final class Connections {
  private final int maxCount;
  private final long firstRequestNs;
  private final AtomicInteger count = new AtomicInteger();

  Connections(int maxCount, Duration firstRequest) {
    this.maxCount = maxCount;
    this.firstRequestNs = firstRequest.toNanos();
  }

  int count() {
    return count.get();
  }

  /// A connection was accepted.
  void opened(Channel channel) {
    var _ = channel.closeFuture().addListener(closed -> count.decrementAndGet());
    if (count.incrementAndGet() > maxCount) {
      var _ = channel.close();
    }
  }

  /// Behind the decoder: a connection must bring a whole request head in time.
  ChannelInboundHandlerAdapter firstRequest() {
    return new FirstRequest(firstRequestNs);
  }

  private static final class FirstRequest extends ChannelInboundHandlerAdapter {
    private final long limitNs;

    FirstRequest(long limitNs) {
      this.limitNs = limitNs;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      var timer =
          context.executor().schedule(() -> closeIfWaiting(context), limitNs, TimeUnit.NANOSECONDS);
      var _ = context.channel().closeFuture().addListener(closed -> timer.cancel(false));
    }

    private void closeIfWaiting(ChannelHandlerContext context) {
      if (!context.isRemoved()) {
        var _ = context.close();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        context.pipeline().remove(this);
      }
      context.fireChannelRead(message);
    }
  }
}
