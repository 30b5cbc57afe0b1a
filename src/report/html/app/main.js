// Pages by the part of the address behind `#`.

const views = [...document.querySelectorAll('.view')];
const PAGE_TITLE = document.title;

function show(id, title) {
  views.forEach((view) => {
    view.hidden = view.id !== id;
  });
  document.body.dataset.view = id.replace(/-.*/, '');
  document.querySelectorAll('nav[aria-label="Pages of the report"] a').forEach((link) => {
    const target = link.getAttribute('href').slice(1);
    if (target === id || (id === 'case' && target === 'cases')) {
      link.setAttribute('aria-current', 'page');
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else {
      link.removeAttribute('aria-current');
    }
  });
  document.title = title ? `${title} · ${PAGE_TITLE}` : PAGE_TITLE;
}

function route(event) {
  const address = location.hash.slice(1);
  const one = /^case-(\d+)-(\d+)(-difference)?$/.exec(address);
  if (address === 'main') {
    return;
  }
  if (one) {
    // Shown before it is filled: what is hidden has no size.
    show('case', '');
    withDifference = one[3] !== undefined;
    document.title = `${openCase(Number(one[1]), Number(one[2]))} · ${PAGE_TITLE}`;
  } else if (address === 'cases' || address.startsWith('cases?')) {
    show('cases', 'Cases');
    openList(filterOf(address.slice(6)));
  } else {
    const view = views.find((view) => view.id === address && address !== 'case') ?? document.getElementById('overview');
    const heading = view.querySelector('h2');
    show(view.id, view.id === 'overview' ? '' : heading.textContent);
  }
  if (event) {
    scrollTo(0, 0);
    const heading = document.querySelector('.view:not([hidden]) :is(h1, h2)');
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

document.documentElement.classList.add('script');
document.querySelectorAll('table.sortable').forEach(sortable);
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main').focus();
});
addEventListener('hashchange', route);
addEventListener('resize', () => {
  if (list && document.body.dataset.view === 'cases') {
    draw(true);
  }
});
theme();
filter = filterOf('');
route();
