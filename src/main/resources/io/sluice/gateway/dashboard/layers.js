// Where the nodes of a graph go: each part that hangs together in layers by its longest path, and the
// parts beside each other like words on a page.

const COLUMN = 46;
const ROW = 58;
const BETWEEN = 40;
const LEAST_WIDE = 12;

/** A map from id to {x, y}. */
export function place(nodes, edges, aspect) {
  const next = new Map(nodes.map((node) => [node.id, []]));
  const before = new Map(nodes.map((node) => [node.id, []]));
  for (const edge of edges) {
    if (edge.from === edge.to || !next.has(edge.from) || !next.has(edge.to)) continue;
    next.get(edge.from).push(edge.to);
    before.get(edge.to).push(edge.from);
  }
  const depth = depths(nodes, next, before);
  return pack(components(nodes, next, before).map((ids) => layered(ids, depth, before, aspect)), aspect);
}

/** The longest path to each; a circle, which names can have, is opened at its first node. */
function depths(nodes, next, before) {
  const left = new Map(nodes.map((node) => [node.id, before.get(node.id).length]));
  const depth = new Map(nodes.map((node) => [node.id, 0]));
  const done = new Set();
  const open = nodes.filter((node) => left.get(node.id) === 0).map((node) => node.id);
  let first = 0;
  for (;;) {
    while (open.length > 0) {
      const id = open.pop();
      if (done.has(id)) continue;
      done.add(id);
      for (const to of next.get(id)) {
        if (done.has(to)) continue;
        depth.set(to, Math.max(depth.get(to), depth.get(id) + 1));
        left.set(to, left.get(to) - 1);
        if (left.get(to) === 0) open.push(to);
      }
    }
    while (first < nodes.length && done.has(nodes[first].id)) first++;
    if (first === nodes.length) return depth;
    open.push(nodes[first].id);
  }
}

function components(nodes, next, before) {
  const seen = new Set();
  const found = [];
  for (const { id } of nodes) {
    if (seen.has(id)) continue;
    const ids = [];
    const open = [id];
    seen.add(id);
    while (open.length > 0) {
      const at = open.pop();
      ids.push(at);
      for (const other of [...next.get(at), ...before.get(at)]) {
        if (!seen.has(other)) {
          seen.add(other);
          open.push(other);
        }
      }
    }
    found.push(ids);
  }
  return found;
}

/** One part: rows by depth, each in the order of the middles of what it comes behind; long ones are broken. */
function layered(ids, depth, before, aspect) {
  const rows = [];
  for (const id of ids) (rows[depth.get(id)] ??= []).push(id);
  const longest = Math.max(LEAST_WIDE, Math.ceil(Math.sqrt(ids.length * aspect * ROW / COLUMN)));
  const filled = rows.filter(Boolean).flatMap((row) => broken(row, longest));
  const spot = new Map();
  const widest = Math.max(...filled.map((row) => row.length));
  filled.forEach((row, i) => {
    const middle = (id) => {
      const xs = before.get(id).filter((from) => spot.has(from)).map((from) => spot.get(from).x);
      return xs.length ? xs.reduce((a, b) => a + b, 0) / xs.length : 0;
    };
    row.map((id) => [id, middle(id)]).sort((a, b) => a[1] - b[1]).forEach(([id], j) => {
      spot.set(id, { x: (j + (widest - row.length) / 2) * COLUMN, y: i * ROW });
    });
  });
  return { spot, width: (widest - 1) * COLUMN, height: (filled.length - 1) * ROW };
}

function broken(row, longest) {
  const lines = [];
  for (let i = 0; i < row.length; i += longest) lines.push(row.slice(i, i + longest));
  return lines;
}

function pack(parts, aspect) {
  const area = parts.reduce((sum, part) => sum + (part.width + BETWEEN) * (part.height + BETWEEN), 0);
  const limit = Math.max(Math.sqrt(area * aspect), ...parts.map((part) => part.width));
  const places = new Map();
  let [x, y, tall] = [0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > limit) [x, y, tall] = [0, y + tall + BETWEEN, 0];
    for (const [id, at] of part.spot) places.set(id, { x: x + at.x, y: y + at.y });
    x += part.width + BETWEEN;
    tall = Math.max(tall, part.height);
  }
  return places;
}
