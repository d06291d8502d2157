package io.sluice.worker.process;

/// A child's second thread. It works while kernels run, however long they take.
///
/// Each 200 ms, or when the parent rings: it raises the heartbeat, interrupts the kernel that is to be
/// interrupted, unmaps segments that are to be forgotten, and ends the process if the parent is gone. The
/// end of the standard input tells that at once; this is for the case that something else holds the pipe.
final class ChildControl implements Runnable {
  private static final long TICK_NS = 200_000_000;
  private static final long NO_TICKET = 0;

  private final long parentPid;
  private final ChildMailbox mailbox;
  private final ChildSegments segments;
  private final InterruptDoor door;

  ChildControl(long parentPid, ChildMailbox mailbox, ChildSegments segments, InterruptDoor door) {
    this.parentPid = parentPid;
    this.mailbox = mailbox;
    this.segments = segments;
    this.door = door;
  }

  void start() {
    Thread thread = new Thread(this, "sluice-control");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    while (isParentAlive()) {
      int seen = mailbox.control();
      mailbox.beat();
      interruptWhereAsked();
      forget();
      mailbox.awaitControl(seen, TICK_NS);
    }
    Runtime.getRuntime().halt(0);
  }

  /// Whose parent has ended is given another one by the system.
  private boolean isParentAlive() {
    return ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(NO_TICKET) == parentPid;
  }

  private void interruptWhereAsked() {
    for (int number = 0; number < mailbox.frameCount(); number++) {
      long ticket = mailbox.ticketToInterrupt(number);
      if (ticket != NO_TICKET) {
        door.interrupt(ticket);
      }
    }
  }

  private void forget() {
    boolean found = false;
    for (long segment = mailbox.pollForgotten(); segment != 0; segment = mailbox.pollForgotten()) {
      segments.forget(segment);
      found = true;
    }
    if (found) {
      mailbox.tellParent();
    }
  }
}
