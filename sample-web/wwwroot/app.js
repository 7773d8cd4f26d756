// Runs workflows and shows what the server tells of them. No library, no build step.

const $ = id => document.getElementById(id);
const milliseconds = value => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat("en");

// An element with its attributes and what is inside. Text is always set as text.
function make(name, attributes = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value);
  element.append(...inside.filter(part => part !== null && part !== undefined));
  return element;
}

// What is shown where something did not work: what happened, and what to do.
class Trouble extends Error {}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Trouble("The shop's server does not answer. Start it again with eng/web, then choose the workflow once more.");
  }
  if (answer.status === 503) {
    const problem = await answer.json().catch(() => null);
    throw new Trouble(problem?.detail ? `${problem.title}. ${problem.detail}` : "The background work of this run takes longer than ten seconds.");
  }
  return answer;
}

async function read(path) {
  const answer = await ask(path);
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Trouble(`${path} answered ${answer.status}.`);
  return answer.json();
}

// --- The list ---------------------------------------------------------------------------------------------------

function showList(workflows) {
  const groups = Map.groupBy(workflows, workflow => workflow.group);
  $("workflows").replaceChildren(...[...groups].flatMap(([group, members]) => [
    make("h2", {}, group),
    make("ul", {}, ...members.map(workflow => {
      const button = make("button", { type: "button", "data-workflow": workflow.name }, workflow.title);
      button.addEventListener("click", () => run(workflow, button));
      return make("li", {}, button);
    })),
  ]));
}

// --- One run ----------------------------------------------------------------------------------------------------

let workflows = [];
let running = false;
let waiting = null;    // what was clicked while another one ran

async function run(workflow, button) {
  if (running) {
    waiting = [workflow, button];
    $("status").textContent += ` ${workflow.title} comes next.`;
    return;
  }

  running = true;
  let address = null;
  begin(workflow);
  button.setAttribute("aria-busy", "true");
  $("status").textContent = `${workflow.group}: ${workflow.title} is running …`;
  try {
    const answer = await ask(`workflows/${workflow.name}`, { method: "POST" });
    const body = await answer.text();
    const id = answer.headers.get("Run-Id");
    address = `#run/${id}`;
    history.pushState(null, "", address);
    const report = await read(`runs/${id}`);
    show(workflow, report, body);
    await showShop(report.id);
  } catch (error) {
    complain(workflow.title, error);
  } finally {
    button.removeAttribute("aria-busy");
    running = false;
    if (waiting) {
      const next = waiting;
      waiting = null;
      run(...next);
    } else if (address && location.hash !== address) {
      showAddressed();    // somebody went back meanwhile
    }
  }
}

// What another run has left must not stand under the name of this one.
function begin(workflow) {
  document.querySelectorAll("nav [aria-current]").forEach(other => other.removeAttribute("aria-current"));
  document.querySelector(`nav [data-workflow="${workflow.name}"]`).setAttribute("aria-current", "true");
  $("run").hidden = true;
  $("trouble").hidden = true;
  $("trouble").textContent = "";
}

function complain(what, error) {
  if (!(error instanceof Trouble)) console.error(error);
  $("status").textContent = `${what} did not come to an end.`;
  $("trouble").textContent = error instanceof Trouble ? error.message : "The page could not show the answer; the browser's console says why.";
  $("trouble").hidden = false;
}

// Each run has an address, which works as long as the server has the run.
async function showAddressed() {
  const [, id] = /^#run\/([0-9a-f]{32})$/.exec(location.hash) ?? [];
  if (!id || running) return;

  try {
    const report = await read(`runs/${id}`);
    const workflow = report && workflows.find(one => one.name === report.workflow);
    if (!workflow) {
      $("run").hidden = true;
      $("status").textContent = "The server has not got this run any more. Choose a workflow to run it anew.";
      return;
    }
    begin(workflow);
    show(workflow, report, "");
    await showShop(report.id);
  } catch (error) {
    complain("This run", error);
  }
}

function show(workflow, report, body) {
  const kept = report.orders.filter(order => order.kept).length;
  const undone = report.orders.length - kept;
  $("title").textContent = `${workflow.group}: ${workflow.title}`;
  $("summary").textContent = workflow.summary;
  $("verdict").replaceChildren("The answer: ", make("strong", {}, String(report.status)), `${meaning(body)} · ${milliseconds(report.tree.duration)}`);
  $("tree").replaceChildren(make("ul", { class: "tree" }, showNode(report.tree, report)));
  $("left").replaceChildren(...showLeft(report));
  $("code").replaceChildren(...workflow.code.map(showCode));
  $("run").hidden = false;
  $("status").textContent = `${workflow.title} answered ${report.status}: ` +
    (report.orders.length ? `${plural(kept, "order")} kept, ${undone} undone` : "nothing was ordered") +
    (report.notes.length ? `, ${plural(report.notes.length, "note")} left.` : ".");
  if ($("result").getBoundingClientRect().top > innerHeight / 2) $("result").scrollIntoView();
}

function meaning(body) {
  if (!body) return "";
  let value;
  try {
    value = JSON.parse(body);
  } catch {
    return "";    // an answer without problem details, such as an error of the server's own
  }
  if (value.title) return ` ${value.title}. ${value.detail}`;
  if (value.buyer) return ` ${value.buyer}’s order of ${value.quantity} ${value.sku}`;
  return " " + Object.entries(value).map(([name, figure]) => `${name}: ${figure}`).join(", ");
}

// --- The tree ---------------------------------------------------------------------------------------------------

const kinds = { Request: "request", Unit: "unit of work", Nested: "nested call", Outside: "", Commit: "", Connect: "", Order: "", Work: "in the background" };

function showNode(node, report) {
  if (node.kind === "Order") return showOrder(node, report);
  if (node.kind === "Commit") return make("li", { class: "commit" }, row("commit", node.error ? chip(node.error, "bad") : chip("committed", "good"), "", node.duration));

  const tone = toneOf(node.outcome);
  const bar = make("div", { class: `track ${tone}`, "aria-hidden": "true" }, make("span"));
  const total = Math.max(report.tree.duration, node.start + node.duration);
  bar.firstChild.style.marginLeft = `${Math.min(99, 100 * node.start / total)}%`;
  bar.firstChild.style.width = `${Math.max(0.5, 100 * node.duration / total)}%`;
  return make("li", { class: node.kind.toLowerCase() },
    row(node.unitId ? make("a", { href: `tx/#/unit/${node.unitId}` }, node.name) : node.name,
      node.outcome ? chip(node.outcome.replace("_", " "), tone) : null, kinds[node.kind], node.duration),
    bar,
    node.kind === "Unit" ? showFacts(node) : null,
    node.children.length ? make("ul", {}, ...grouped(node.children).map(child => Array.isArray(child) ? showCommands(child) : showNode(child, report))) : null);
}

function row(name, mark, kind, duration) {
  return make("div", { class: "row" },
    make("span", { class: "name" }, name), mark, kind ? make("span", { class: "kind" }, kind) : null,
    make("span", { class: "time" }, milliseconds(duration)));
}

const chip = (text, tone = "") => make("span", { class: `chip ${tone}` }, text);
const toneOf = outcome => outcome === "committed" || outcome === "kept" ? "good" : outcome ? "bad" : "";

function showFacts(unit) {
  const facts = [];
  const sessions = unit.sessions ?? [];
  if (unit.reason) facts.push(`Why: ${unit.reason}.`);
  if (sessions.length === 0)
    facts.push("Asked for no session, so it opened no connection.");
  else
    facts.push(`${plural(sessions.length, "session")}: ${sessions.map(describe).join(", then ")}.`);
  if (unit.firstCommand !== null && unit.firstCommand !== undefined)
    facts.push(`The transaction began with the first command, ${milliseconds(unit.firstCommand)} after the unit.`);
  if (unit.commit) facts.push(`Committing took ${milliseconds(unit.commit)}.`);
  return make("p", { class: "facts" }, facts.join(" "));
}

// What became of a session's last transaction; there is none where no command was sent.
function describe(session) {
  const ends = { Committed: "committed", RolledBack: "rolled back", OutcomeUnknown: "outcome unknown" };
  return `'${session.connect}' ${session.state ? ends[session.state] ?? session.state : "without a command"}`;
}

function showOrder(node, report) {
  const order = report.orders.find(candidate => candidate.id === node.order);
  return make("li", { class: "order" },
    make("div", { class: "row" }, make("span", { class: "name" }, node.name), order?.kept ? chip("kept", "good") : chip("undone", "bad")));
}

// Commands that follow each other become one line that opens.
function grouped(children) {
  const result = [];
  for (const child of children) {
    const isCommand = child.kind === "Command" || child.kind === "Connect";
    if (!isCommand) result.push(child);
    else if (Array.isArray(result.at(-1))) result.at(-1).push(child);
    else result.push([child]);
  }
  return result;
}

function showCommands(commands) {
  const sent = commands.filter(command => command.kind === "Command").length;
  const opened = commands.some(command => command.kind === "Connect") ? "opens a connection, " : "";
  const connections = [...new Set(commands.map(command => command.connection))].join(", ");
  return make("li", {}, make("details", {},
    make("summary", {}, `${opened}${plural(sent, "command")} on connection ${connections}`),
    make("ul", { class: "commands" }, ...commands.map(command => make("li", {},
      make("span", { class: "at" }, milliseconds(command.start)),
      make("span", { class: "sql" }, command.kind === "Connect" ? "(opens the connection)" : command.name))))));
}

// --- The rows ---------------------------------------------------------------------------------------------------

function showLeft(report) {
  const rows = [
    ...report.orders.map(order => make("tr", {},
      make("td", {}, make("span", { class: order.kept ? "" : "gone" }, `${order.buyer}: ${order.quantity} ${order.sku}`)),
      make("td", { class: "number" }, chip(order.kept ? (order.delivered ? "kept, delivered" : "kept") : "undone", order.kept ? "good" : "bad")))),
    ...report.notes.map(note => make("tr", {}, make("td", {}, `Note: ${note.text}`), make("td", { class: "number" }, chip("kept", "good")))),
  ];
  return rows.length ? [make("table", {}, make("tbody", {}, ...rows))] : [make("p", { class: "nothing" }, "Nothing: it only read.")];
}

async function showShop(runId) {
  const [products, ledger, orders] = await Promise.all([read("products"), read("ledger"), read("orders")]);
  fill("stock", products.map(product => [product.name, cell(money.format(product.price)), cell(whole.format(product.stock))]));
  fill("ledger", [
    ["Orders", cell(whole.format(ledger.orders))],
    ["Receivables", cell(money.format(ledger.receivables))],
    ["Revenue", cell(money.format(ledger.revenue))],
    ["Sum of all entries", cell(money.format(ledger.moneyOff))],
    ["Stock and money", cell(chip(ledger.isExact ? "exact" : "OFF", ledger.isExact ? "good" : "bad"))],
  ]);
  fill("newest", orders.slice(0, 6).map(order =>
    [order.buyer, `${order.quantity} ${order.sku}${order.delivered ? ", delivered" : ""}`, cell(money.format(order.total)), order.traceId === runId]));
  if (orders.length === 0) fill("newest", [["None yet."]]);
}

const cell = content => make("td", { class: "number" }, content);

// A last value that is true marks the rows of this run.
function fill(table, rows) {
  $(table).tBodies[0].replaceChildren(...rows.map(values => make("tr", { class: values.at(-1) === true ? "mine" : null },
    ...values.filter(value => typeof value !== "boolean").map(value => value instanceof Node ? value : make("td", {}, value)))));
}

// --- The code ---------------------------------------------------------------------------------------------------

const tokens = /(?<c>\/\/[^\n]*)|(?<s>"(?:[^"\\]|\\.)*")|(?<k>\b(?:async|await|var|new|public|private|return|using|try|catch|throw|interface|class|static|int|bool|string|decimal|true|false|null)\b)/g;

function showCode(snippet) {
  const code = make("code");
  let last = 0;
  for (const match of snippet.text.matchAll(tokens)) {
    const [kind] = Object.entries(match.groups).find(([, text]) => text !== undefined);
    code.append(snippet.text.slice(last, match.index), make("span", { class: kind }, match[0]));
    last = match.index + match[0].length;
  }
  code.append(snippet.text.slice(last));
  return make("figure", {}, make("figcaption", {}, snippet.file), make("pre", {}, code));
}

// --- Events -----------------------------------------------------------------------------------------------------

function listen() {
  const events = new EventSource("events");
  events.onmessage = message => {
    const happened = JSON.parse(message.data);
    $("events").prepend(make("li", {}, make("time", {}, new Date().toLocaleTimeString("en-GB")), happened.text));
    while ($("events").children.length > 6) $("events").lastChild.remove();
  };
}

addEventListener("popstate", showAddressed);
try {
  workflows = await read("workflows");
  showList(workflows);
  listen();
  await showShop(null);
  await showAddressed();
} catch (error) {
  complain("Loading the page", error);
}
