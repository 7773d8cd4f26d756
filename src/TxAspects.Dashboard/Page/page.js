// The page: it asks for JSON and shows it. All that comes from the application is set as text, never as markup.

const view = document.getElementById('view');
const trouble = document.getElementById('trouble');
const said = document.getElementById('said');
const pause = 1000;
let turn = 0;            // counts the views that were opened, so that what a view asked for late is dropped
let timer;
let goneSince = null;

// Elements

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'class') element.className = value;
    else if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ''));
  return element;
}

const link = (text, address) => make('a', { href: address }, text);
const cell = (label, content, kind) => make('td', { class: kind, 'data-label': label }, content ?? '');
const head = (...titles) => make('thead', {}, make('tr', {}, titles.map(([title, kind]) => make('th', { scope: 'col', class: kind }, title))));

function table(caption, titles, kind = 'cards') {
  const body = make('tbody');
  const element = make('table', { class: kind }, make('caption', {}, caption), head(...titles), body);
  return { element, body };
}

// Rows are changed in place where they are known, so that the focus and a selection stay where they are.
function fill(body, items, keyOf, rowOf, marksNew) {
  const known = new Map([...body.children].map(row => [row.dataset.key, row]));
  const wanted = items.map(item => {
    const key = String(keyOf(item));
    const made = rowOf(item);
    made.dataset.key = key;
    const old = known.get(key);
    known.delete(key);
    if (!old) {
      if (marksNew) made.classList.add('fresh');
      return made;
    }
    patch(old, made);
    return old;
  });
  for (const gone of known.values()) gone.remove();
  wanted.forEach((row, index) => { if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null); });
}

function patch(old, made) {
  [...made.children].forEach((fresh, index) => {
    const present = old.children[index];
    if (present.textContent !== fresh.textContent) present.replaceChildren(...fresh.childNodes);
    present.className = fresh.className;
  });
}

// Words

function time(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return '';
  if (milliseconds < 10) return `${milliseconds.toFixed(2)} ms`;
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 120000) return `${(milliseconds / 1000).toFixed(1)} s`;
  return `${Math.floor(milliseconds / 60000)} min`;
}

const clock = at => new Date(at).toLocaleTimeString();
const count = (number, word) => `${number} ${word}${number === 1 ? '' : 's'}`;
const toneOf = outcome => outcome === 'committed' ? 'good' : outcome === 'rolled back' || outcome.startsWith('open') ? 'odd' : 'bad';
const verdict = outcome => make('strong', { class: toneOf(outcome) }, outcome);
const toUnit = (id, name) => link(name ?? `unit ${id}`, `#/unit/${id}`);

// Asking

async function ask(path) {
  const answer = await fetch(`api/${path}`, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(15000) });
  if (answer.status === 204) return null;
  if (answer.status === 404) return undefined;
  if (answer.status === 401 || answer.status === 403) throw new Refused(`You may not see this page (status ${answer.status}). Sign in, or ask whoever set its policy.`);
  if (!answer.ok) throw new Refused(`The application answered with status ${answer.status}.`);
  if (!answer.headers.get('content-type')?.includes('json')) throw new Refused('Something else than the application answered, perhaps a page to sign in. Load this page again.');
  return answer.json();
}

class Refused extends Error {}

function complain(error) {
  goneSince ??= new Date();
  const what = error instanceof Refused ? error.message : 'The application does not answer.';
  const text = `${what} What you see below is from before ${goneSince.toLocaleTimeString()}.`;
  if (trouble.textContent !== text) trouble.textContent = text;
  trouble.hidden = false;
  view.classList.add('stale');
}

function isBack() {
  if (goneSince === null) return;
  goneSince = null;
  trouble.hidden = true;
  trouble.textContent = '';
  view.classList.remove('stale');
  say('The application answers again.');
}

// For who cannot see it, too. What stands on the page anyway is said without being shown twice.
function say(text, isShownElsewhere = false) {
  said.textContent = text;
  said.classList.toggle('unseen', isShownElsewhere);
}

// Asks again and again while the view is open and somebody can see it.
function poll(load) {
  const mine = turn;
  const again = async () => {
    if (mine !== turn) return;
    let goesOn = true;
    if (!document.hidden) {
      try {
        const shown = await load(() => mine === turn);
        if (mine !== turn) return;
        isBack();
        goesOn = shown !== 'done';
      } catch (error) {
        if (mine !== turn) return;
        complain(error);
      }
    }
    if (goesOn) timer = setTimeout(again, pause);
  };
  again();
}

function open(title, ...content) {
  clearTimeout(timer);
  turn++;
  document.title = `${title} · units of work`;
  view.replaceChildren(make('h2', { tabindex: '-1' }, title), ...content);
}

// Now

function openNow() {
  const open_ = table('Open units, the oldest first', [['Unit'], ['Age', 'number'], ['Holds'], ['Request', 'wide']]);
  const waits = table('Who waits for whom', [['Waits'], ['For'], ['Which is']]);
  const connects = table('Connects', [['Connect'], ['Connections in units', 'number'], ['Waited for', 'number'], ['State']]);
  const nothing = make('p', { class: 'empty' });
  const none = make('p', { class: 'empty' });
  open('Now', nothing, open_.element, waits.element, make('h3', {}, 'Databases'), none, connects.element);
  open_.element.hidden = waits.element.hidden = connects.element.hidden = true;
  poll(async isMine => {
    const now = await ask('now');
    if (!isMine()) return;
    nothing.textContent = now.units.length ? '' : `No unit is open. ${count(now.total, 'unit')} ran since the page was mapped.`;
    none.textContent = now.connects.length ? '' : 'No unit has used a database yet.';
    open_.element.hidden = !now.units.length;
    waits.element.hidden = !now.waits.length;
    connects.element.hidden = !now.connects.length;
    fill(open_.body, now.units, unit => unit.id, unit => make('tr', {},
      make('th', { scope: 'row' }, toUnit(unit.id, unit.name), unit.attempt > 1 ? ` attempt ${unit.attempt}` : '',
        unit.isDoomed ? make('strong', { class: 'bad' }, ' doomed') : ''),
      cell('Age', time(unit.age), 'number'),
      cell('Holds', unit.held.length ? unit.held.map(holds) : 'nothing'),
      cell('Request', unit.request ?? (unit.aroundName ? ['in ', toUnit(unit.around, unit.aroundName)] : ''), 'wide')));
    fill(waits.body, now.waits, wait => `${wait.connect} ${wait.process} ${wait.blocker}`, wait => make('tr', {},
      make('th', { scope: 'row' }, wait.id ? toUnit(wait.id, wait.name) : `process ${wait.process}`),
      cell('For', wait.blockerId ? toUnit(wait.blockerId, wait.blocker) : wait.blocker),
      cell('Which is', [wait.blockerState ?? 'unknown', wait.blockerFor ? `, its transaction open for ${time(wait.blockerFor)}` : ''])));
    fill(connects.body, now.connects, connect => connect.name, connect => make('tr', {},
      make('th', { scope: 'row' }, connect.name),
      cell('Connections in units', connect.poolSize ? `${connect.held} of ${connect.poolSize}` : String(connect.held), 'number'),
      cell('Waited for', String(connect.waiting), connect.waiting ? 'number bad' : 'number'),
      cell('State', connect.trouble ? make('strong', { class: 'bad' }, connect.trouble) : 'answers')));
  });
}

function holds(held) {
  const parts = [];
  if (held.waitingFor !== null) parts.push(`waits for a connection for ${time(held.waitingFor)}`);
  else parts.push(held.process === null ? 'a connection' : `a connection, process ${held.process} of the server`);
  if (held.inTransactionFor !== null) parts.push(`in a transaction for ${time(held.inTransactionFor)}`);
  if (held.running !== null) parts.push(`runs ${held.running} for ${time(held.runningFor)}`);
  else if (held.idleFor !== null) parts.push(`idle in it for ${time(held.idleFor)}`);
  return make('div', {}, `${held.connect}: ${parts.join(', ')}`);
}

// Units

const outcomes = [['', 'any'], ['Committed', 'committed'], ['RolledBack', 'rolled back'], ['Doomed', 'doomed'],
  ['PartlyCommitted', 'partly committed'], ['Unknown', 'unknown']];

function openUnits(query) {
  const filter = new URLSearchParams(query);
  const field = (label, name, attributes = {}) => make('label', {}, label, make('input', { name, value: filter.get(name) ?? '', autocomplete: 'off', ...attributes }));
  const select = make('select', { name: 'outcome' }, outcomes.map(([value, text]) => make('option', { value, selected: filter.get('outcome') === value }, text)));
  const form = make('form', { role: 'search', 'aria-label': 'Which units', onsubmit: event => event.preventDefault() },
    field('Method', 'method'), make('label', {}, 'Outcome', select), field('At least ms', 'ms', { type: 'number', min: '0' }),
    field('Connect', 'connect'), field('Request or trace id', 'request'), make('button', { type: 'reset' }, 'All'));
  const titles = [['Unit'], ['Outcome'], ['Took', 'number'], ['Ended because', 'wide'], ['Commands', 'number wide'], ['At', 'wide']];
  const troubled = table('To look at: unknown, partly committed, doomed', titles);
  const units = table('The last units, the newest first', titles);
  const summary = make('p', { class: 'quiet' });
  open('Units', form, summary, troubled.element, units.element);
  troubled.element.hidden = units.element.hidden = true;
  let seen = '';
  let isFirst = true;
  form.addEventListener('input', () => {
    const wanted = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim() !== ''));
    history.replaceState(null, '', `#/units${[...wanted].length ? `?${wanted}` : ''}`);
    seen = '';
    isFirst = true;
    show().catch(complain);
  });
  form.addEventListener('reset', event => { event.preventDefault(); location.hash = '#/units'; if (!query) route(); });
  const opened = turn;
  async function show() {
    const asked = new URLSearchParams(location.hash.split('?')[1] ?? '');
    const key = asked.toString();
    if (seen) asked.set('seen', seen);
    const list = await ask(`units?${asked}`);
    if (turn !== opened || list === null || key !== (new URLSearchParams(location.hash.split('?')[1] ?? '')).toString()) return;
    seen = String(list.version);
    summary.textContent = list.matching === list.kept
      ? `${count(list.kept, 'unit')} kept.` : `${list.matching} of ${count(list.kept, 'kept unit')} match.`;
    if (isFirst) say(summary.textContent, true);
    troubled.element.hidden = !list.troubled.length;
    units.element.hidden = !list.units.length;
    fill(troubled.body, list.troubled, unit => unit.id, row, !isFirst);
    fill(units.body, list.units, unit => unit.id, row, !isFirst);
    isFirst = false;
  }
  poll(show);
}

function row(unit) {
  return make('tr', {},
    make('th', { scope: 'row' }, toUnit(unit.id, unit.name), unit.attempt > 1 ? ` attempt ${unit.attempt}` : ''),
    cell('Outcome', [verdict(unit.outcome), unit.isRepeated ? ', tried again' : ''], 'nowrap'),
    cell('Took', time(unit.duration), 'number'),
    cell('Ended because', unit.outcome === 'committed' ? '' : unit.sentence, 'wide'),
    cell('Commands', `${unit.commands}`, 'number wide'),
    cell('At', clock(unit.openedAt), 'wide nowrap'));
}

// One unit

function openUnit(id) {
  open(`Unit ${id}`);
  let last;
  poll(async isMine => {
    const unit = await ask(`units/${id}`);
    if (!isMine()) return 'done';
    if (unit === undefined) {
      view.replaceChildren(make('h2', { tabindex: '-1' }, `Unit ${id}`), make('p', {},
        `There is no unit ${id}, or it is not kept any more. `, link('The units that are kept', '#/units'), '.'));
      return 'done';
    }
    const text = JSON.stringify(unit);
    if (text !== last) showUnit(unit);
    last = text;
    return unit.outcome.startsWith('open') ? undefined : 'done';
  });
}

const facts = pairs => make('dl', {}, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
  .map(([name, value]) => make('div', {}, make('dt', {}, name), make('dd', {}, value))));

// The sentence begins with the outcome, where that is no word of our own.
function why(unit) {
  const begins = unit.sentence.toLowerCase().startsWith(unit.outcome);
  return make('p', { class: 'why' },
    make('strong', { class: toneOf(unit.outcome) }, begins ? unit.sentence.slice(0, unit.outcome.length) : unit.outcome),
    begins ? unit.sentence.slice(unit.outcome.length) : `. ${unit.sentence}`);
}

function showUnit(unit) {
  document.title = `${unit.name} · units of work`;
  const lines = timeline(unit);
  const steps = make('tbody', {}, lines.map(line => stepRow(line, unit)));
  const left = unit.stepCount - unit.steps.filter(step => step.number !== null).length;
  const copy = make('button', { type: 'button', onclick: () => copyText(asText(unit, lines)) }, 'Copy as text');
  const focused = view.contains(document.activeElement) && view !== document.activeElement ? document.activeElement : null;
  view.replaceChildren(
    make('h2', { tabindex: '-1' }, unit.name),
    why(unit),
    facts([
      ['Unit', `${unit.id}${unit.attempt > 1 ? `, attempt ${unit.attempt}` : ''}`],
      ['Opened', new Date(unit.openedAt).toLocaleString()],
      ['Took', `${time(unit.duration)}${unit.commit ? `, of which the commit ${time(unit.commit)}` : ''}`],
      ['Commands', `${unit.commands} in ${time(unit.inCommands)}; ${count(unit.roundTrips, 'round trip')} with those of commits and rollbacks`],
      ['Connects', unit.connects.join(', ')],
      ['Settings', unit.settings],
      ['Request', unit.request ? link(unit.request, `#/units?request=${encodeURIComponent(unit.traceId ?? unit.request)}`) : null],
      ['Trace id', unit.traceId ? link(unit.traceId, `#/units?request=${unit.traceId}`) : null],
      ['Opened in', unit.around ? toUnit(unit.around, `${unit.aroundName} (unit ${unit.around})`) : null],
      ['Attempt before', unit.previousAttempt ? toUnit(unit.previousAttempt, `unit ${unit.previousAttempt}`) : null],
    ]),
    unit.failure ? failure(unit) : '',
    make('h3', {}, 'Timeline'),
    make('table', { class: 'cards' },
      make('caption', {}, left > 0 ? `The first and the last steps; ${left} between them are not kept.` : `${count(lines.length, 'step')}.`),
      head(['At', 'number'], ['Took', 'number'], ['What'], ['Connect', 'wide'], ['Share of the time', 'wide']), steps),
    make('p', {}, copy),
    make('pre', { id: 'text', hidden: true, tabindex: '0' }));

  // An open unit is shown anew while it goes on, and the focus stays where it was.
  if (focused) {
    const same = [...view.querySelectorAll(focused.localName)].find(one => one.textContent === focused.textContent);
    (same ?? view.querySelector('h2')).focus({ preventScroll: true });
  }
}

function failure(unit) {
  const thrown = unit.failure;
  return make('section', { 'aria-label': 'The failure' },
    make('h3', {}, 'What was thrown'),
    ...thrown.chain.map((one, index) => make('p', {}, index ? 'caused by ' : '', make('strong', { class: 'bad' }, one))),
    thrown.thrownIn ? make('p', {}, `Thrown in ${thrown.thrownIn}`) : '',
    make('p', {}, thrown.call ? `It left the call '${thrown.call}' first.` : `It left the call that opened the unit, '${unit.name}'.`),
    unit.showsMessages ? '' : make('p', { class: 'quiet' }, 'Messages are not kept; the option ShowExceptionMessages shows them.'),
    thrown.stack ? make('details', {}, make('summary', {}, 'Stack'), make('pre', { tabindex: '0' }, thrown.stack)) : '');
}

const calls = ['Joined', 'Nested', 'Block', 'HookRun'];
const sent = ['Command', 'Statement', 'RollbackToSavepoint'];
const ends = ['Commit', 'Rollback', 'Prepare'];

// The steps, with the gaps in which a transaction was open and nothing was sent, and how deep in calls each stands.
function timeline(unit) {
  const until = unit.duration;
  const endOf = step => step.duration === null ? until : step.began + step.duration;
  const lines = unit.steps.map(step => ({ ...step, end: endOf(step) }));
  for (const begin of unit.steps.filter(step => step.kind === 'Transaction')) {
    const here = lines.filter(step => step.connect === begin.connect && step.began >= begin.began);
    const end = here.find(step => ends.includes(step.kind))?.began ?? until;
    let quiet = begin.began;
    for (const step of here.filter(step => sent.includes(step.kind) && step.began < end).concat([{ began: end, end }])) {
      if (step.began - quiet >= Math.max(2, until / 50)) {
        lines.push({ kind: 'Idle', name: '', connect: begin.connect, began: quiet, duration: step.began - quiet, end: step.began, number: null });
      }
      quiet = Math.max(quiet, step.end);
    }
  }
  lines.sort((one, other) => one.began - other.began || (one.number ?? 1e9) - (other.number ?? 1e9));
  for (const line of lines) {
    line.depth = Math.min(4, lines.filter(call => calls.includes(call.kind) && call !== line && call.number < (line.number ?? 1e9) &&
      call.began <= line.began && call.end >= line.end && line.kind !== 'BodyEnd').length);
  }
  return lines;
}

function wordsOf(step, unit) {
  const isOpen = step.duration === null && unit.outcome.startsWith('open');
  const failed = step.failure ? ` – failed with ${step.failure}` : step.duration === null && !isOpen ? ' – not over when the unit ended' : '';
  const result = step.result ? ` – ${step.result}` : '';
  switch (step.kind) {
    case 'Joined': return `call ${step.name} joined${failed}`;
    case 'Nested': return `nested call ${step.name}${result}${failed}`;
    case 'Block': return `block ${step.name}${result}${failed}`;
    case 'HookRun': return `hook ${step.name}${failed}`;
    case 'BodyEnd': return step.name === 'returned' ? 'the body returned' : 'the body was left before its end';
    case 'Connection': return isOpen ? 'waits for a connection' : `connection${step.process ? ` (process ${step.process} of the server)` : ''}${result}${failed}`;
    case 'ConnectionClosed': return 'connection given back';
    case 'Transaction': return `transaction begins${step.name === 'Unspecified' ? '' : `, ${step.name}`}`;
    case 'Command': return `${step.verb ?? 'command'} · ${sourceOf(step.name)}${isOpen ? ' – runs' : failed}`;
    case 'Statement': return `${step.name || 'statement'} · the library's own${failed}`;
    case 'HandedOut': return 'connection handed out: commands sent on it by hand are not seen';
    case 'Savepoint': return `savepoint ${placeOf(step.name)}`;
    case 'RollbackToSavepoint': return `ROLLBACK TO the savepoint ${placeOf(step.name)}${failed}`;
    case 'Commit': return `COMMIT${result}${failed}`;
    case 'Prepare': return `PREPARE TRANSACTION${failed}`;
    case 'Rollback': return `ROLLBACK${result}${failed}`;
    case 'Doomed': return `doomed: ${step.name}`;
    case 'RollbackRequest': return `rollback asked for: ${step.name}`;
    case 'LockWait': return `waits for a lock of ${step.name}`;
    case 'Idle': return 'idle in the transaction';
    default: return `${step.kind} ${step.name}`;
  }
}

const sourceOf = name => ({ LinqQuery: 'LINQ query', SaveChanges: 'SaveChanges', FromSqlQuery: 'SQL query', ExecuteSqlRaw: 'SQL',
  BulkUpdate: 'ExecuteUpdate', ExecuteUpdate: 'ExecuteUpdate', ExecuteDelete: 'ExecuteDelete' })[name] ?? name;
const placeOf = name => name.startsWith('txaspects_save_') ? 'of a save' : name.startsWith('txaspects_') ? 'of a call or block' : `'${name}'`;

function stepRow(step, unit) {
  const isBad = step.failure || step.kind === 'Doomed' || step.kind === 'Rollback';
  const isOdd = ['Idle', 'LockWait', 'RollbackRequest', 'RollbackToSavepoint'].includes(step.kind);
  const bar = make('span', { class: `bar ${isBad ? 'bad' : isOdd ? 'odd' : ''}` });
  const share = value => `${Math.max(0, Math.min(100, 100 * value / Math.max(unit.duration, 0.001)))}%`;
  bar.style.left = `min(${share(step.began)}, 100% - 2px)`;
  bar.style.width = `min(${share(step.end - step.began)}, 100% - ${share(step.began)})`;
  const what = cell(null, wordsOf(step, unit), `rows-${step.depth}${isBad ? ' bad' : isOdd ? ' odd' : ''}`);
  if (step.sql) what.append(make('pre', { tabindex: '0' }, step.sql));
  if (step.parameters?.length) what.append(make('pre', { tabindex: '0' }, step.parameters.join('\n')));
  return make('tr', {}, cell('At', time(step.began), 'number'), cell('Took', step.duration === 0 ? '' : time(step.duration), 'number'), what,
    cell('Connect', step.connect ?? '', 'wide'), make('td', { class: 'track wide', 'aria-hidden': 'true' }, bar));
}

function asText(unit, lines) {
  const pad = (text, width) => text.padStart(width);
  return [
    `${unit.name} (unit ${unit.id}): ${unit.outcome}. ${unit.sentence}`,
    `opened ${unit.openedAt}, took ${time(unit.duration)}, ${count(unit.commands, 'command')}, ${count(unit.roundTrips, 'round trip')}`,
    unit.request ? `request ${unit.request}` : '', unit.traceId ? `trace ${unit.traceId}` : '',
    ...(unit.failure ? [...unit.failure.chain, unit.failure.thrownIn ? `thrown in ${unit.failure.thrownIn}` : ''] : []),
    '', ...lines.map(step => `${pad(time(step.began), 9)} ${pad(step.duration === 0 ? '' : time(step.duration), 9)}  ${'  '.repeat(step.depth)}${wordsOf(step, unit)}${step.connect ? ` [${step.connect}]` : ''}`),
    ...(unit.failure?.stack ? ['', unit.failure.stack] : []),
  ].filter((line, index) => line !== '' || index > 3).join('\n');
}

// Where the browser gives no clipboard, as to a page that came without TLS, the text is shown and marked.
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    const shown = document.getElementById('text');
    shown.textContent = text;
    shown.hidden = false;
    shown.focus();
    getSelection().selectAllChildren(shown);
    say('The browser does not let the page copy. The text is marked, so copy it from there.');
  }
}

// Plan

function openPlan() {
  const plan = table('Methods that are units, with their settings and what declares them', [['Method'], ['Settings'], ['Declared by']]);
  const none = make('p', { class: 'empty' });
  open('Plan', none, plan.element);
  plan.element.hidden = true;
  poll(async isMine => {
    const told = await ask('plan');
    if (!isMine()) return;
    none.textContent = told.methods.length ? '' : 'No method of a registered service is a unit.';
    plan.element.hidden = !told.methods.length;
    fill(plan.body, told.methods, (one => `${one.method} ${one.settings} ${one.source}`), one => make('tr', {},
      make('th', { scope: 'row' }, one.method), cell('Settings', one.settings), cell('Declared by', one.source)));
    return 'done';
  });
}

// Addresses

function route(event) {
  const [path, query] = location.hash.slice(1).split('?');
  const unit = /^\/unit\/(\d+)$/.exec(path);
  for (const one of document.querySelectorAll('nav a')) {
    const isHere = one.hash === `#${path}` || (unit && one.hash === '#/units') || (!path && one.hash === '#/now');
    if (isHere) one.setAttribute('aria-current', 'page');
    else one.removeAttribute('aria-current');
  }
  say('');
  if (unit) openUnit(unit[1]);
  else if (path === '/units') openUnits(query ?? '');
  else if (path === '/plan') openPlan();
  else openNow();
  if (event) view.querySelector('h2').focus();
}

document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  view.focus();
});
addEventListener('hashchange', route);
route();
