// Words that two texts do not share: the shortest edit of one into the other (Myers 1986).

// Edits from which on two texts have too little in common for a difference to tell anything.
const MOST_EDITS = 1200;

function words(text) {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s]/gu) || [];
}

/** Runs of `{kind, text}` with kind `same`, `gone` (only in a) or `new` (only in b); null where they differ too much. */
function difference(a, b) {
  const left = words(a);
  const right = words(b);
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) {
    start += 1;
  }
  let end = 0;
  while (end < left.length - start && end < right.length - start &&
    left[left.length - 1 - end] === right[right.length - 1 - end]) {
    end += 1;
  }
  const edits = shortest(left.slice(start, left.length - end), right.slice(start, right.length - end));
  if (edits === null) {
    return null;
  }
  const runs = [];
  const push = (kind, text) => {
    const last = runs[runs.length - 1];
    if (last && last.kind === kind) {
      last.text += text;
    } else if (text !== '') {
      runs.push({ kind, text });
    }
  };
  push('same', left.slice(0, start).join(''));
  edits.forEach(([kind, text]) => push(kind, text));
  push('same', left.slice(left.length - end).join(''));
  return runs;
}

/** The edits between two lists of words, in order. */
function shortest(a, b) {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const trace = [];
  // The furthest position in `a` on each diagonal, shifted so that indices are not negative.
  let reach = new Int32Array(2 * most + 3);
  for (let edits = 0; edits <= most; edits += 1) {
    trace.push(reach.slice(most + 1 - edits, most + 2 + edits));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      const at = most + 1 + diagonal;
      const down = diagonal === -edits || (diagonal !== edits && reach[at - 1] < reach[at + 1]);
      let x = down ? reach[at + 1] : reach[at - 1] + 1;
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) {
        x += 1;
      }
      reach[at] = x;
      if (x >= a.length && x - diagonal >= b.length) {
        return walk(a, b, trace, edits);
      }
    }
  }
  return null;
}

/** From the end back to the beginning, along what was reached with each number of edits. */
function walk(a, b, trace, count) {
  const edits = [];
  let x = a.length;
  let y = b.length;
  for (let step = count; step > 0; step -= 1) {
    // What was reached with one edit less: diagonals -step..step, of which the outer two are not reached.
    const reach = trace[step];
    const at = (diagonal) => reach[diagonal + step];
    const diagonal = x - y;
    const down = diagonal === -step || (diagonal !== step && at(diagonal - 1) < at(diagonal + 1));
    const before = down ? diagonal + 1 : diagonal - 1;
    const fromX = at(before);
    const fromY = fromX - before;
    while (x > fromX && y > fromY) {
      edits.push(['same', a[x - 1]]);
      x -= 1;
      y -= 1;
    }
    edits.push(down ? ['new', b[fromY]] : ['gone', a[fromX]]);
    x = fromX;
    y = fromY;
  }
  while (x > 0) {
    edits.push(['same', a[x - 1]]);
    x -= 1;
  }
  return edits.reverse();
}

/** Two texts as nodes of one, with what only one of them has marked. */
function marked(a, b) {
  const runs = difference(a, b);
  if (runs === null) {
    return null;
  }
  return runs.map(({ kind, text }) => {
    if (kind === 'same') {
      return make('span', {}, visible(text));
    }
    return make(kind === 'gone' ? 'del' : 'ins', {}, visible(text));
  });
}

/** The JSON of a text, or of its first code block, in a form in which equal values are equal texts; null where there is none. */
function canonical(text) {
  const inside = /```(?:json)?\s*\n([\s\S]*?)\n\s*```/.exec(text);
  const sorted = (value) => {
    if (Array.isArray(value)) {
      return value.map(sorted);
    }
    if (value && typeof value === 'object') {
      return Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])]));
    }
    return value;
  };
  try {
    return JSON.stringify(sorted(JSON.parse(inside ? inside[1] : text)), null, 2);
  } catch {
    return null;
  }
}
