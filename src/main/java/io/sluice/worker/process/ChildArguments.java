package io.sluice.worker.process;

import io.sluice.config.WakeUp;
import java.util.List;

/// What a child is told on its command line. Nothing of it is secret: the descriptors can be opened by
/// processes of the same user only.
///
/// @param parentPid the process that holds the descriptors open
/// @param regions what all children of the pool map
/// @param mailbox the descriptor of its own mailbox
/// @param mailboxBytes its size
/// @param worker what it is called, as in `cpu-3`
/// @param library the class that holds its kernels
/// @param wakeUp how it sleeps and is woken
record ChildArguments(
    long parentPid,
    Regions regions,
    int mailbox,
    long mailboxBytes,
    String worker,
    String library,
    WakeUp wakeUp) {

  private static final int COUNT = 9;

  /// @param heap the descriptor of the heap
  /// @param heapBytes its size
  /// @param signal the descriptor of the pool's signal
  record Regions(int heap, long heapBytes, int signal) {}

  List<String> toList() {
    return List.of(
        Long.toString(parentPid),
        Integer.toString(regions.heap()),
        Long.toString(regions.heapBytes()),
        Integer.toString(regions.signal()),
        Integer.toString(mailbox),
        Long.toString(mailboxBytes),
        worker,
        library,
        wakeUp.name());
  }

  /// @throws IllegalArgumentException if they are none of ours
  static ChildArguments parse(String... arguments) {
    if (arguments.length != COUNT) {
      throw new IllegalArgumentException(
          "a worker is started by Sluice, with %d arguments, not %d"
              .formatted(COUNT, arguments.length));
    }
    return new ChildArguments(
        Long.parseLong(arguments[0]),
        new Regions(
            Integer.parseInt(arguments[1]),
            Long.parseLong(arguments[2]),
            Integer.parseInt(arguments[3])),
        Integer.parseInt(arguments[4]),
        Long.parseLong(arguments[5]),
        arguments[6],
        arguments[7],
        WakeUp.valueOf(arguments[8]));
  }
}
