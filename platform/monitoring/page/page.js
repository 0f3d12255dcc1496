/**
 * The page: asks Prometheus's own API, at the same address, and shows what it answers.
 */
import { drawChart, element } from "./chart.js?v=@VERSION@";
import { formattedMoment, nameOf } from "./format.js?v=@VERSION@";

/** Seconds between two scrapes; rates are taken over four of them at least, as Grafana does. */
const scrapeSeconds = 15;
const refreshMilliseconds = 30_000;
const retryMilliseconds = 1000;
/** Points of a line. */
const points = 240;

const api = new URL("../api/v1/", document.baseURI);
const status = document.getElementById("status");
const rangeChoice = document.getElementById("range");
const refreshChoice = document.getElementById("refresh");

/** Counts rounds of questions, so that answers of an older one are not shown after those of a newer one. */
let round = 0;

/** An answer, at the second try where the network changed under the first: a browser gives up all that it asks for then. */
async function fetched(address) {
  const options = { headers: { accept: "application/json" } };
  try {
    return await fetch(address, options);
  } catch {
    await new Promise((resolve) => setTimeout(resolve, retryMilliseconds));
    return fetch(address, options);
  }
}

/** What Prometheus answers to a question. */
async function ask(path, query = {}) {
  const address = new URL(path, api);
  address.search = new URLSearchParams(query).toString();
  const answer = await fetched(address).catch(() => {
    throw new Error("Prometheus does not answer.");
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok && body.status === "success") return body.data;
  throw new Error(`Prometheus refuses: ${body.error ?? `HTTP ${answer.status}`}`);
}

/** The page's own description: which parts there are, and what is drawn. */
async function description() {
  const answer = await fetched("figures.json?v=@VERSION@");
  if (!answer.ok) throw new Error(`figures.json: HTTP ${answer.status}`);
  return answer.json();
}

/** The time that is shown: its end is now. */
function chosenTime() {
  const range = Number(rangeChoice.value);
  const step = Math.max(scrapeSeconds, Math.ceil(range / points));
  const end = Math.floor(Date.now() / 1000 / step) * step;
  return { start: end - range, end, step };
}

async function seriesOf({ lines }, { start, end, step }) {
  const window = `${Math.max(4 * scrapeSeconds, step + scrapeSeconds)}s`;
  const answers = await Promise.all(
    lines.map(({ expr }) =>
      ask("query_range", { query: expr.replaceAll("$__rate_interval", window), start, end, step }),
    ),
  );
  return answers.flatMap(({ result }, index) =>
    result.map(({ metric, values }) => ({
      name: nameOf(lines[index].legend, metric),
      points: values.map(([second, value]) => [second, Number(value)]),
    })),
  );
}

/** Draws a figure, and again when its width changes. */
function figureOf(figure) {
  const caption = element("figcaption", {}, figure.title);
  caption.append(element("span", { class: "description" }, figure.description));
  const plot = element("div", { class: "plot" });
  plot.append(element("p", {}, "…"));
  const drawing = element("figure");
  drawing.append(caption, plot);
  let latest;
  const draw = () => {
    if (latest !== undefined) drawChart(plot, figure, latest.series, latest.time);
  };
  let width = 0;
  new ResizeObserver(() => {
    if (plot.clientWidth === width) return;
    width = plot.clientWidth;
    draw();
  }).observe(plot);
  const refresh = async (own, time) => {
    try {
      const series = await seriesOf(figure, time);
      if (own !== round) return;
      latest = { series, time };
      // What somebody looks at stays until he leaves it.
      if (!plot.matches(":hover, :focus-within")) draw();
    } catch (error) {
      latest = undefined;
      plot.replaceChildren(element("p", { class: "trouble" }, error.message));
      throw error;
    }
  };
  return { drawing, refresh };
}

async function showAlerts() {
  const { alerts } = await ask("alerts");
  const place = document.getElementById("alerts");
  if (alerts.length === 0) {
    place.replaceChildren(element("p", { class: "calm" }, "✓ No alert fires."));
    return;
  }
  const order = (alert) =>
    (alert.state === "firing" ? 0 : 2) + (alert.labels.severity === "critical" ? 0 : 1);
  const list = element("ul", { class: "alerts" });
  list.append(...alerts.sort((a, b) => order(a) - order(b)).map(alertItem));
  place.replaceChildren(list);
}

function alertItem({ labels, annotations, state, activeAt }) {
  const kind = state === "firing" ? labels.severity : "pending";
  const item = element("li", {
    class: kind === "critical" || kind === "pending" ? kind : "warning",
  });
  const what = element("p");
  const word = state === "firing" ? (labels.severity ?? "firing") : "not yet";
  what.append(element("strong", {}, word), ` ${annotations.summary ?? labels.alertname}`);
  const about = element("p", { class: "about" });
  about.append(
    `since ${formattedMoment(Date.parse(activeAt) / 1000)}, `,
    runbook(labels, annotations),
  );
  item.append(what, about);
  return item;
}

/** Name of the alert, as a link where its runbook is an address. Nothing but a page is linked. */
function runbook({ alertname }, { runbook_url: address = "" }) {
  return /^https?:\/\//.test(address)
    ? element("a", { href: address, rel: "noreferrer" }, alertname)
    : element("span", {}, address === "" ? alertname : `${alertname} (${address})`);
}

async function showParts({ jobs, up, shards }) {
  const [answers, owned] = await Promise.all([
    ask("query", { query: up }),
    ask("query", { query: shards.expr }),
  ]);
  const running = new Map(
    answers.result.map(({ metric, value }) => [metric.job, Number(value[1])]),
  );
  const held = Number(owned.result[0]?.value[1] ?? 0);
  const parts = jobs.map(({ job, replicas }) => part(job, running.get(job) ?? 0, replicas, "up"));
  parts.push(part("shards", held, shards.count, "held"));
  document.getElementById("parts").replaceChildren(...parts);
}

function part(name, count, wanted, word) {
  const state = count === 0 ? "down" : count < wanted ? "some" : "all";
  const item = element("li", { class: state });
  item.append(
    element("span", { class: "name" }, name),
    element("span", { class: "state" }, `${count} of ${wanted} ${word}`),
  );
  return item;
}

async function start() {
  const known = await description();
  const figures = known.sections.flatMap(({ title, figures: own }) => {
    const drawings = own.map(figureOf);
    const grid = element("div", { class: "figures" });
    grid.append(...drawings.map(({ drawing }) => drawing));
    const section = element("section");
    section.append(element("h2", {}, title), grid);
    document.getElementById("sections").append(section);
    return drawings;
  });

  const refresh = async () => {
    round += 1;
    const own = round;
    const time = chosenTime();
    const questions = [
      showAlerts(),
      showParts(known),
      ...figures.map((figure) => figure.refresh(own, time)),
    ];
    const failed = (await Promise.allSettled(questions)).find(({ reason }) => reason !== undefined);
    if (own !== round) return;
    status.classList.toggle("trouble", failed !== undefined);
    status.textContent =
      failed === undefined ? `As of ${formattedMoment(Date.now() / 1000)}` : failed.reason.message;
  };

  const wanted = new URLSearchParams(location.search).get("range");
  if ([...rangeChoice.options].some(({ value }) => value === wanted)) rangeChoice.value = wanted;
  rangeChoice.addEventListener("change", () => {
    history.replaceState(undefined, "", `?range=${rangeChoice.value}`);
    refresh();
  });
  setInterval(() => {
    if (refreshChoice.checked && document.visibilityState === "visible") refresh();
  }, refreshMilliseconds);
  document.addEventListener("visibilitychange", () => {
    if (refreshChoice.checked && document.visibilityState === "visible") refresh();
  });
  await refresh();
}

start().catch((error) => {
  status.classList.add("trouble");
  status.textContent = error.message;
});
