// One case: its input, the golden output, and what each candidate answered, side by side.

let withDifference = false;
const left = new Set();

function called(position) {
  const { name, prompt } = page.candidates[position];
  return { name, prompt };
}

/** The case at a position of a task. */
function caseAt(task, at) {
  return page.tasks[task] ? casesOf(task).find((item) => item.at === at) : undefined;
}

function openCase(task, at) {
  const place = document.getElementById('case');
  const item = caseAt(task, at);
  if (!item) {
    place.replaceChildren(make('h2', { id: 'case-title' }, 'No such case'),
      make('p', {}, make('a', { href: '#cases' }, 'All cases')));
    return 'No such case';
  }
  opened = item;
  place.replaceChildren(
    steps(item),
    make('h2', { id: 'case-title', tabindex: '-1' }, oneLine(item.id, 200)),
    make('p', { class: 'muted' }, `Task ${page.tasks[task].name}`,
      item.cluster ? [', cluster ', ...oneLine(item.cluster, 100)] : ''),
    inputs(item),
    make('h3', {}, 'Outputs'),
    controls(item),
    make('div', { class: 'outputs' }, item.trials.map((trial) => card(item, trial))));
  choose(item);
  return whole(item.id);
}

/** The address of a case, which also says whether differences are marked. */
function addressOfCase(item) {
  return `#case-${item.task}-${item.at}${withDifference ? '-difference' : ''}`;
}

/** To the neighbours in the list that was filtered last. */
function steps(item) {
  if (items.length === 0) {
    items = found(filter);
  }
  const at = items.findIndex((found) => found.item === item);
  const to = (other, text, rel) => (other
    ? make('a', { class: 'button quiet', href: addressOfCase(other.item), rel }, text) : '');
  return make('nav', { class: 'steps', 'aria-label': 'Cases of the list' },
    make('a', { class: 'button quiet', href: addressOf(filter) }, 'All cases'),
    at >= 0 ? to(items[at - 1], '← Previous', 'prev') : '',
    at >= 0 ? to(items[at + 1], 'Next →', 'next') : '',
    at >= 0 ? make('span', { class: 'muted' }, `${at + 1} of ${items.length}`) : '');
}

function inputs(item) {
  const parts = item.vars.map(([name, text]) => make('div', {},
    make('h3', {}, visible(whole(name))), block(text, `Input ${whole(name)}`)));
  if (item.golden !== undefined) {
    parts.push(make('div', { class: 'golden' }, make('h3', {}, 'Golden output'), block(item.golden, 'Golden output')));
  }
  return make('div', { class: 'inputs' }, parts);
}

/** Which candidates to see, and whether as differences. */
function controls(item) {
  const boxes = [];
  if (item.golden !== undefined) {
    const box = make('input', { type: 'checkbox', id: 'difference' });
    box.checked = withDifference;
    box.addEventListener('change', () => {
      withDifference = box.checked;
      history.replaceState(null, '', addressOfCase(item));
      document.querySelector('.steps').replaceWith(steps(item));
      place('.output').forEach((output) => fill(output, item, item.trials[Number(output.dataset.trial)]));
    });
    boxes.push(make('label', { for: 'difference' }, box, ' Difference from the golden output ',
      make('small', { class: 'muted' }, '(', make('del', {}, 'only there'), ', ', make('ins', {}, 'only in the output'), ')')));
  }
  const seen = [...new Set(item.trials.map((trial) => trial.c))];
  if (seen.length > 2) {
    boxes.push(make('fieldset', {}, make('legend', {}, 'Candidates'), seen.map((candidate) => {
      const box = make('input', { type: 'checkbox', id: `see-${candidate}` });
      const key = keyOf(candidate);
      box.checked = !left.has(key);
      box.addEventListener('change', () => {
        left[box.checked ? 'delete' : 'add'](key);
        choose(item);
      });
      return make('label', { for: `see-${candidate}` }, box, ' ', ...names(item, candidate));
    })));
  }
  return make('div', { class: 'controls' }, boxes);
}

function keyOf(candidate) {
  return JSON.stringify(called(candidate));
}

function place(selector) {
  return [...document.getElementById('case').querySelectorAll(selector)];
}

function choose(item) {
  place('.card').forEach((card, at) => {
    card.hidden = left.has(keyOf(item.trials[at].c));
  });
}

/** A candidate's name, with its prompt where the task has several. */
function names(item, candidate) {
  const { name, prompt } = called(candidate);
  return [name, page.tasks[item.task].prompts > 1 ? make('small', { class: 'muted' }, ` prompt ${prompt}`) : ''];
}

function card(item, trial) {
  const [kind, text] = sign(trial);
  const facts = [];
  if (trial.score !== undefined) {
    facts.push(`score ${trial.score.toFixed(3)}`);
  }
  if (trial.cost !== undefined) {
    facts.push(trial.cost);
  }
  if (trial.ms !== undefined) {
    facts.push(trial.ms < 1000 ? `${Math.round(trial.ms)} ms` : `${(trial.ms / 1000).toFixed(2)} s`);
  }
  const epoch = page.tasks[item.task].epochs > 1 ? `, epoch ${trial.e || 0}` : '';
  const verdict = trial.o === SCORED ? (passes(trial) ? 'pass' : 'no pass') : page.outcomes[trial.o];
  const output = make('div', { class: 'output', 'data-trial': item.trials.indexOf(trial) });
  fill(output, item, trial);
  return make('article', { class: 'card' },
    make('h4', {}, ...names(item, trial.c), epoch),
    make('p', { class: 'facts' }, make('span', { class: `badge ${kind}` }, `${text} ${verdict}`),
      make('span', { class: 'muted' }, facts.join(' · '))),
    output,
    (trial.scores || []).length ? make('ul', { class: 'scores' }, trial.scores.map((score) => said(item, score))) : '');
}

/** The output, or why there is none, or how it differs from the golden output. */
function fill(place, item, trial) {
  if (trial.output === undefined) {
    place.replaceChildren(trial.error
      ? make('p', { class: 'error' }, make('b', {}, `${trial.error[0]}: `), shown(trial.error[1]))
      : make('p', { class: 'muted' }, 'No output'));
    return;
  }
  const label = `Output of ${called(trial.c).name}`;
  if (!withDifference || item.golden === undefined) {
    place.replaceChildren(block(trial.output, label));
    return;
  }
  const short = typeof trial.output === 'string' && typeof item.golden === 'string';
  let [golden, output] = [whole(item.golden), whole(trial.output)];
  let asJson = '';
  if (item.json && short) {
    const [left, right] = [canonical(golden), canonical(output)];
    if (left !== null && right !== null) {
      [golden, output] = [left, right];
      asJson = ' Both are shown as JSON with sorted keys.';
    }
  }
  const nodes = golden === output ? null : marked(golden, output);
  const note = golden === output ? 'The same as the golden output.'
    : nodes === null ? 'Too different from the golden output to mark words.'
      : short ? '' : 'Only the parts that this page holds are compared.';
  const notes = `${note}${asJson}`.trim();
  place.replaceChildren(
    notes ? make('p', { class: 'muted' }, notes) : '',
    nodes === null ? block(output, label)
      : make('pre', { class: 'text', dir: 'auto', tabindex: '0', role: 'group', 'aria-label': `${label}, difference` }, nodes));
}

/** What a scorer said, with its tests and the verdicts of its judges. */
function said(item, score) {
  const value = score.value === undefined ? score.fault : score.value.toFixed(3);
  const kind = score.value === undefined ? 'none' : score.pass ? 'good' : 'bad';
  return make('li', {},
    make('span', { class: `badge ${kind}` }, value), ' ', make('b', {}, visible(whole(score.by))), ' ',
    make('span', { class: 'why' }, shown(score.why)),
    score.tests ? make('ul', {}, score.tests.map(([name, verdict, message]) => make('li', {},
      make('b', {}, visible(whole(name))), ` ${verdict} `, shown(message)))) : '',
    score.judged ? make('ul', { class: 'judged' }, score.judged.map((verdict) => judged(verdict))) : '');
}

function judged(verdict) {
  const about = [
    verdict.role ? whole(verdict.role) : '',
    verdict.against === undefined ? '' : `against ${page.candidates[verdict.against]?.name ?? 'another'}`,
    verdict.order ?? '',
  ].filter(Boolean).join(', ');
  const value = verdict.failed ? 'no verdict'
    : verdict.value === undefined ? '' : verdict.value.toFixed(2);
  const kind = verdict.failed ? 'none' : verdict.pass === false ? 'bad' : 'good';
  return make('li', {},
    make('span', { class: `badge ${verdict.pass === undefined && !verdict.failed ? 'plain' : kind}` }, value), ' ',
    make('b', {}, visible(whole(verdict.model))), about ? make('span', { class: 'muted' }, visible(` (${about})`)) : '', ' ',
    make('span', { class: 'why' }, shown(verdict.why)));
}
