// Texts of others. They come into the page as text nodes only; nothing here reads markup.

// Characters that act on the reader's screen instead of being seen: the same list as bench has for terminals.
const HIDDEN = new RegExp('[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u180e\\u200b\\u200e\\u200f' +
  '\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e007f}]', 'gu');

/** An element with attributes and children; a child that is not an element becomes text. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(key, value === true ? '' : String(value));
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ''));
  return element;
}

/** Words for a screen reader only. */
function spoken(text) {
  return make('span', { class: 'hidden-text' }, text);
}

/** A text as it came: itself, or its beginning and end where it was too long for the page. */
function whole(value) {
  return typeof value === 'string' ? value : value ? value[0] + value[2] : '';
}

/** A text as nodes, hidden characters shown by their number. */
function visible(text) {
  const calm = text.replace(/\r\n/g, '\n');
  const nodes = [];
  let from = 0;
  for (const match of calm.matchAll(HIDDEN)) {
    nodes.push(calm.slice(from, match.index));
    const code = match[0].codePointAt(0).toString(16);
    nodes.push(make('span', { class: 'control' }, `\\u{${code}}`));
    from = match.index + match[0].length;
  }
  nodes.push(calm.slice(from));
  return nodes;
}

/** A text of the page's data as nodes, with what was left out of it. */
function shown(value) {
  if (typeof value === 'string') {
    return visible(value);
  }
  const [head, left, tail] = value;
  return [...visible(head), cut(left), ...visible(tail)];
}

function cut(bytes) {
  return make('span', { class: 'cut' }, ` … ${bytes.toLocaleString('en')} bytes left out of this page … `);
}

/** One line of a text, hidden characters shown, for places where there is room for a line only. */
function oneLine(value, most) {
  const text = whole(value).slice(0, most * 2).replace(/\s+/g, ' ').trim();
  const short = text.length > most ? text.slice(0, most) + '…' : text;
  return visible(short);
}

/** A block of text. */
function block(value, label) {
  if (value === '') {
    return make('p', { class: 'muted' }, '(empty)');
  }
  return make('pre', { class: 'text', dir: 'auto', tabindex: '0', role: 'group', 'aria-label': label }, shown(value));
}
