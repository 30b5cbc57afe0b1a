// The list of cases: filters above, rows below of which only those in sight are in the page.

const EVERYTHING = { task: null, q: '', model: '', outcome: '', show: 'all', sort: 'order' };
let filter = { ...EVERYTHING };
let items = [];
let current = 0;
let list = null;
// The case that was open last: the list comes back to its row.
let opened = null;

/** A filter as a part of the page's address. */
function addressOf(wanted) {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(wanted)) {
    if (value !== EVERYTHING[key]) {
      parameters.set(key, String(value));
    }
  }
  const text = parameters.toString();
  return text ? `#cases?${text}` : '#cases';
}

/** The filter of an address; what it does not know is left out. */
function filterOf(query) {
  const parameters = new URLSearchParams(query);
  const known = (key, values) => (values.includes(parameters.get(key)) ? parameters.get(key) : EVERYTHING[key]);
  const task = Number.parseInt(parameters.get('task') ?? '', 10);
  return {
    task: page.tasks[task] ? task : page.tasks.length === 1 ? 0 : null,
    q: parameters.get('q') ?? '',
    model: known('model', page.candidates.map((candidate) => candidate.name)),
    outcome: known('outcome', page.outcomes),
    show: known('show', Object.keys(SHOW)),
    sort: known('sort', Object.keys(SORT)),
  };
}

function choice(label, key, options) {
  const select = make('select', { id: `by-${key}` },
    options.map(([value, text]) => make('option', { value }, text)));
  select.value = String(filter[key] ?? '');
  select.addEventListener('change', () => {
    const value = key === 'task' ? (select.value === '' ? null : Number(select.value)) : select.value;
    change({ ...filter, [key]: value });
  });
  return make('label', { for: `by-${key}` }, make('span', {}, label), select);
}

/** The filters, drawn anew when the list is opened. */
function filters() {
  const search = make('input', {
    type: 'search', id: 'by-q', autocomplete: 'off', spellcheck: 'false', placeholder: 'words of id, input, golden, outputs',
  });
  search.value = filter.q;
  let timer = 0;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => change({ ...filter, q: search.value }), 150);
  });
  const names = [...new Set(page.candidates.map((candidate) => candidate.name))];
  const same = (values) => values.map((value) => [value, value]);
  return make('form', { class: 'filters', role: 'search', 'aria-label': 'Cases' },
    make('label', { for: 'by-q', class: 'wide' }, make('span', {}, 'Search'), search),
    page.tasks.length > 1
      ? choice('Task', 'task', [['', 'All tasks'], ...page.tasks.map((task, at) => [at, task.name])]) : '',
    choice('Show', 'show', Object.entries(SHOW).map(([key, [text]]) => [key, text])),
    choice('Model', 'model', [['', 'All models'], ...same(names)]),
    choice('Outcome', 'outcome', [['', 'Any outcome'], ...same(page.outcomes)]),
    choice('Sort', 'sort', Object.entries(SORT).map(([key, [text]]) => [key, text])));
}

/** Opens the list with a filter. */
function openList(wanted) {
  filter = wanted;
  const form = filters();
  form.addEventListener('submit', (event) => event.preventDefault());
  const count = make('p', { class: 'count', id: 'count' });
  const space = make('div', { class: 'space', role: 'presentation' });
  const frame = make('div', { class: 'rows', role: 'table', 'aria-labelledby': 'count' }, space);
  document.getElementById('browser').replaceChildren(form, count, frame);
  list = { frame, space, count, from: -1, to: -1 };
  frame.addEventListener('scroll', () => requestAnimationFrame(draw), { passive: true });
  frame.addEventListener('keydown', keys);
  refresh();
}

function change(wanted) {
  filter = wanted;
  history.replaceState(null, '', addressOf(filter));
  refresh();
}

function refresh() {
  items = found(filter);
  current = Math.max(0, items.findIndex(({ item }) => item === opened));
  opened = null;
  const all = filter.task === null ? page.tasks.reduce((sum, task) => sum + task.shown, 0) : page.tasks[filter.task].shown;
  list.count.textContent = items.length === all ? `${all.toLocaleString('en')} cases`
    : `${items.length.toLocaleString('en')} of ${all.toLocaleString('en')} cases`;
  say(list.count.textContent);
  list.frame.setAttribute('aria-rowcount', String(items.length));
  // The frame scrolls only where what it holds is high enough.
  list.space.style.height = `${items.length * rowHeight()}px`;
  list.frame.scrollTop = current * rowHeight() - list.frame.clientHeight / 3;
  draw(true);
}

/** Height of a row: the style sheet has it, and another one for narrow screens. */
function rowHeight() {
  return Number.parseFloat(getComputedStyle(list.frame).getPropertyValue('--row')) || 56;
}

/** Draws the rows in sight and a few around them. */
function draw(anew) {
  const height = rowHeight();
  list.space.style.height = `${items.length * height}px`;
  const first = Math.max(0, Math.floor(list.frame.scrollTop / height) - 6);
  const last = Math.min(items.length, Math.ceil((list.frame.scrollTop + list.frame.clientHeight) / height) + 6);
  if (anew !== true && first === list.from && last === list.to) {
    return;
  }
  const focused = list.frame.contains(document.activeElement);
  [list.from, list.to] = [first, last];
  list.space.replaceChildren(...items.slice(first, last).map((found, at) => row(found, first + at, height)));
  if (focused) {
    const link = list.space.querySelector('a[tabindex="0"]');
    (link || list.frame).focus({ preventScroll: true });
  }
}

/** What stands for a trial in a row: a sign, so that colour is not all that tells. */
function sign(trial) {
  if (trial.o !== SCORED) {
    return ['none', page.outcomes[trial.o] === 'skipped' ? '·' : '!'];
  }
  return passes(trial) ? ['good', '✓'] : ['bad', '✗'];
}

function row({ item, trials, mean }, at, height) {
  const passed = trials.filter(passes).length;
  const words = `${passed} of ${trials.length} pass` + (mean === null ? '' : `, mean ${mean.toFixed(3)}`);
  const link = make('a', { href: addressOfCase(item), tabindex: at === current ? '0' : '-1' },
    make('b', {}, oneLine(item.id, 80)), spoken(`, ${words}`));
  link.addEventListener('focus', () => {
    current = at;
  });
  const input = item.vars.length ? oneLine(item.vars[0][1], 160) : [];
  const task = page.tasks.length > 1 && filter.task === null
    ? make('span', { class: 'tag' }, page.tasks[item.task].name) : '';
  const signs = trials.slice(0, 16).map((trial) => {
    const [kind, text] = sign(trial);
    const title = `${page.candidates[trial.c].name}: ${page.outcomes[trial.o]}` +
      (trial.score === undefined ? '' : `, ${trial.score.toFixed(3)}`);
    return make('span', { class: `sign ${kind}`, title }, text);
  });
  const element = make('div', { class: 'row', role: 'row', 'aria-rowindex': String(at + 1) },
    make('div', { class: 'name', role: 'rowheader' }, make('span', { class: 'head' }, link, task),
      make('span', { class: 'excerpt muted' }, input)),
    make('div', { class: 'signs', role: 'cell', 'aria-hidden': 'true' }, signs,
      trials.length > 16 ? make('span', { class: 'muted' }, `+${trials.length - 16}`) : ''),
    make('div', { class: 'mean number', role: 'cell' }, mean === null ? '–' : mean.toFixed(3)));
  element.style.transform = `translateY(${at * height}px)`;
  element.addEventListener('click', (event) => {
    if (!event.target.closest('a') && !String(getSelection())) {
      link.click();
    }
  });
  return element;
}

/** Arrow keys go through the rows. */
function keys(event) {
  const step = Math.max(1, Math.floor(list.frame.clientHeight / rowHeight()) - 1);
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: step, PageUp: -step, Home: -items.length, End: items.length };
  const move = moves[event.key];
  if (move === undefined || items.length === 0) {
    return;
  }
  event.preventDefault();
  current = Math.min(items.length - 1, Math.max(0, current + move));
  const height = rowHeight();
  const top = current * height;
  if (top < list.frame.scrollTop) {
    list.frame.scrollTop = top;
  } else if (top + height > list.frame.scrollTop + list.frame.clientHeight) {
    list.frame.scrollTop = top + height - list.frame.clientHeight;
  }
  draw(true);
  const link = list.space.querySelector('a[tabindex="0"]');
  if (link) {
    link.focus({ preventScroll: true });
  }
}
