package io.sluice.memory;

import java.lang.foreign.ValueLayout;

/// Main class of a child: maps the region of another process, tells the first number in it, and
/// stores twice as much behind it.
final class RegionGuest {
  private RegionGuest() {}

  public static void main(String[] arguments) {
    long pid = Long.parseLong(arguments[0]);
    int descriptor = Integer.parseInt(arguments[1]);
    try (SharedRegion region = SharedRegion.attach(pid, descriptor, Long.parseLong(arguments[2]))) {
      int value = region.segment().get(ValueLayout.JAVA_INT, 0);
      region.segment().set(ValueLayout.JAVA_INT, 4, 2 * value);
      System.out.println(value);
    }
  }
}
