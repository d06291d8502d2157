package io.sluice.memory;

import java.io.IOException;
import java.lang.foreign.ValueLayout;

/// Main class of a child: makes a region, tells its descriptor, and holds it until the end of its
/// input.
final class RegionOwner {
  private RegionOwner() {}

  public static void main(String[] arguments) throws IOException {
    try (SharedRegion region = SharedRegion.create(1 << 20)) {
      region.segment().fill((byte) 7);
      System.out.println(region.fileDescriptor().getAsInt());
      while (System.in.read() >= 0) {
        // Nothing is ever written to it.
      }
      System.out.println(region.segment().get(ValueLayout.JAVA_INT, 0));
    }
  }
}
