// What was, over the last two minutes: the series of the charts.

const LENGTH = 480;

const SERIES = {
  outstanding: (s) => s.demand.outstandingCount,
  waiting: (s) => s.demand.waitingCount,
  undecided: (s) => s.demand.undecidedCount,
  undelivered: (s) => s.demand.undeliveredCount,
  admitted: (s) => s.throughput.admittedPerSecond,
  completed: (s) => s.throughput.completedPerSecond,
  failed: (s) => s.throughput.failedPerSecond,
  p50: (s) => s.throughput.latencyMs?.p50 ?? null,
  p95: (s) => s.throughput.latencyMs?.p95 ?? null,
  max: (s) => s.throughput.latencyMs?.max ?? null,
};

/** Seconds since 1970, and a list of values for each series. */
export const past = { at: [], ...Object.fromEntries(Object.keys(SERIES).map((name) => [name, []])) };

export function remember(snapshot) {
  past.at.push(snapshot.atMs / 1000);
  for (const [name, value] of Object.entries(SERIES)) past[name].push(value(snapshot));
  if (past.at.length > LENGTH) Object.values(past).forEach((list) => list.shift());
}
