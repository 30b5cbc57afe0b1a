// Tables that can be sorted by any column, and the theme.

function sortable(table) {
  const heads = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  const given = [...body.rows];
  const valueOf = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.v !== undefined) {
      return cell.dataset.v === '' ? null : Number(cell.dataset.v);
    }
    const text = cell.textContent.trim();
    return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
  };
  const sortBy = (column, down) => {
    const sign = down ? -1 : 1;
    const rows = [...given].sort((a, b) => {
      const [left, right] = [valueOf(a, column), valueOf(b, column)];
      // What has no value is last, whichever way.
      if (left === null || right === null) {
        return (left === null) - (right === null);
      }
      return sign * (typeof left === 'number' && typeof right === 'number' ? left - right
        : String(left).localeCompare(String(right), 'en'));
    });
    body.append(...rows);
  };
  heads.forEach((head, column) => {
    // A remark on the column stays outside of its name.
    const remark = head.querySelector('small');
    remark?.remove();
    const name = head.textContent;
    const button = make('button', { type: 'button', class: 'sort' }, name);
    head.replaceChildren(button, remark ?? '');
    button.addEventListener('click', () => {
      const now = head.getAttribute('aria-sort');
      // Numbers are asked for from the highest, names from the first.
      const first = head.classList.contains('number') && name !== '#' ? 'descending' : 'ascending';
      const next = now === null ? first : now === 'ascending' ? 'descending' : 'ascending';
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', next);
      sortBy(column, next === 'descending');
      say(`Sorted by ${name}, ${next}`);
    });
  });
}

/** Tells screen readers what changed. */
function say(text) {
  document.getElementById('status').textContent = text;
}

const THEMES = ['auto', 'light', 'dark'];

function theme() {
  const button = document.getElementById('theme');
  // A page from disk may not be allowed to keep anything.
  const kept = (value) => {
    try {
      if (value !== undefined) {
        localStorage.setItem('bench-theme', value);
      }
      return localStorage.getItem('bench-theme');
    } catch {
      return value ?? null;
    }
  };
  const show = (value) => {
    if (value === 'auto') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = value;
    }
    button.textContent = `Theme: ${value}`;
  };
  let now = THEMES.includes(kept()) ? kept() : 'auto';
  show(now);
  button.hidden = false;
  button.addEventListener('click', () => {
    now = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length];
    kept(now);
    show(now);
  });
}
