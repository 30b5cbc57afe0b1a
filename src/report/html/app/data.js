// The cases of the page: read when they are needed, and searched.

const page = JSON.parse(document.getElementById('page-data').textContent);
const SCORED = page.outcomes.indexOf('scored');

const loaded = new Map();

/** The cases of a task, with a few sums. */
function casesOf(task) {
  if (!loaded.has(task)) {
    const element = document.getElementById(`cases-${task}`);
    const cases = element ? JSON.parse(element.textContent) : [];
    if (element) {
      element.remove();
    }
    const place = new Map(page.tasks[task].candidates.map((candidate, at) => [candidate, at]));
    loaded.set(task, cases.map(([info, trials]) => {
      trials.sort((a, b) => place.get(a.c) - place.get(b.c) || (a.e || 0) - (b.e || 0));
      return { ...info, task, trials, searched: null };
    }));
  }
  return loaded.get(task);
}

/** The cases of some tasks, or of all. */
function casesFor(task) {
  return task === null ? page.tasks.flatMap((_, at) => casesOf(at)) : casesOf(task);
}

function passes(trial) {
  return trial.o === SCORED && trial.pass === true;
}

/** Mean score of some trials; null where none has one. */
function meanOf(trials) {
  const scores = trials.map((trial) => trial.score).filter((score) => score !== undefined);
  return scores.length ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null;
}

/** Everything that a search looks at, in lower case. */
function searched(item) {
  if (item.searched === null) {
    const parts = [item.id, item.cluster, item.golden, ...item.vars.map(([, text]) => text)];
    item.trials.forEach((trial) => parts.push(trial.output, trial.error && trial.error[1]));
    item.searched = parts.map((part) => (part ? whole(part) : '')).join('\n').toLowerCase();
  }
  return item.searched;
}

const SHOW = {
  all: ['All', () => true],
  differ: ['Candidates differ', (trials) => trials.some(passes) && !trials.every(passes)],
  fail: ['Some trial does not pass', (trials) => !trials.every(passes)],
  none: ['None passes', (trials) => !trials.some(passes)],
  pass: ['All pass', (trials) => trials.every(passes)],
};

function spread(trials) {
  const scores = trials.map((trial) => trial.score).filter((score) => score !== undefined);
  return scores.length ? Math.max(...scores) - Math.min(...scores) : -1;
}

const SORT = {
  order: ['In their order', null],
  low: ['Lowest mean score first', (item) => item.mean ?? 2],
  high: ['Highest mean score first', (item) => -(item.mean ?? -1)],
  spread: ['Largest difference first', (item) => -spread(item.trials)],
};

/** The cases that a filter lets through, each with the trials that it is about. */
function found(filter) {
  const wanted = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const outcome = page.outcomes.indexOf(filter.outcome);
  const test = SHOW[filter.show][1];
  const items = [];
  for (const item of casesFor(filter.task)) {
    const trials = filter.model === '' ? item.trials
      : item.trials.filter((trial) => page.candidates[trial.c].name === filter.model);
    if (trials.length === 0 || !test(trials) || (outcome >= 0 && !trials.some((trial) => trial.o === outcome))) {
      continue;
    }
    if (wanted.length && !wanted.every((word) => searched(item).includes(word))) {
      continue;
    }
    items.push({ item, trials, mean: meanOf(trials) });
  }
  const key = SORT[filter.sort][1];
  if (key) {
    items.sort((a, b) => key(a) - key(b));
  }
  return items;
}
