/**
 * A graph with its legend, drawn with SVG. All text goes in as text, so that no value of a label is read as markup.
 */
import { formatted, formattedMoment, formattedTime, niceStep } from "./format.js?v=@VERSION@";

/** Lines of one graph; what has more shows the largest. */
export const mostSeries = 8;

const height = 176;
const margin = { top: 8, right: 8, bottom: 20, left: 52 };

/** Seconds between two marks of the time axis. */
const timeSteps = [300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800];

/**
 * Draws a graph.
 *
 * @param {HTMLElement} place What it takes the place of the content of.
 * @param {{ title: string, unit: string }} figure
 * @param {{ name: string, points: [number, number][] }[]} series Points as second and value, in order.
 * @param {{ start: number, end: number, step: number }} time Seconds.
 */
export function drawChart(place, figure, series, time) {
  const known = series
    .map((one) => ({ ...one, max: Math.max(...finite(one)) }))
    .filter((one) => Number.isFinite(one.max))
    .sort((a, b) => b.max - a.max || a.name.localeCompare(b.name));
  if (known.length === 0) {
    place.replaceChildren(element("p", {}, "Nothing in this time."));
    return;
  }
  const shown = known.slice(0, mostSeries);
  const width = Math.max(240, place.clientWidth);
  const scale = scaleOf(shown, figure.unit, time, width);
  const svg = svgElement("svg", {
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    tabindex: "0",
    "aria-label": `${figure.title}: ${shown.map((one) => `${one.name} ${formatted(figure.unit, last(one))}`).join(", ")}`,
  });
  svg.append(
    ...axes(scale, figure.unit, time, width),
    ...shown.flatMap((one, index) => drawn(one, index, scale, time)),
  );
  const cursor = svgElement("line", {
    class: "cursor",
    y1: margin.top,
    y2: height - margin.bottom,
  });
  const legend = legendOf(figure, shown);
  place.replaceChildren(svg, legend.table);
  if (known.length > shown.length) {
    const rest = `The ${mostSeries} largest of ${known.length}.`;
    place.append(element("p", { class: "more" }, rest));
  }
  follow(svg, cursor, scale, time, width, legend);
}

function finite({ points }) {
  return points.map(([, value]) => value).filter((value) => Number.isFinite(value));
}

function last(one) {
  return finite(one).at(-1);
}

function scaleOf(shown, unit, { start, end }, width) {
  const largest = Math.max(...shown.map(({ max }) => max));
  const step = niceStep(largest > 0 ? largest : unit === "share" ? 0.01 : 1, 4, unit);
  const top = Math.max(step, Math.ceil(largest / step) * step);
  const inner = {
    width: width - margin.left - margin.right,
    height: height - margin.top - margin.bottom,
  };
  return {
    step,
    top,
    x: (second) => margin.left + ((second - start) / (end - start)) * inner.width,
    y: (value) => margin.top + (1 - value / top) * inner.height,
    second: (x) => start + ((x - margin.left) / inner.width) * (end - start),
  };
}

function axes(scale, unit, { start, end }, width) {
  const parts = [];
  for (let index = 0; index * scale.step <= scale.top * 1.001; index += 1) {
    const value = index * scale.step;
    const y = scale.y(value);
    parts.push(
      svgElement("line", {
        class: "grid",
        x1: margin.left,
        x2: width - margin.right,
        y1: y,
        y2: y,
      }),
      svgElement(
        "text",
        { x: margin.left - 6, y: y + 4, "text-anchor": "end" },
        formatted(unit, value),
      ),
    );
  }
  const range = end - start;
  const most = Math.max(2, Math.floor((width - margin.left) / 84));
  const step = timeSteps.find((seconds) => range / seconds <= most) ?? range / 2;
  // Marks at round times of the reader's clock.
  const offset = new Date(end * 1000).getTimezoneOffset() * 60;
  for (let mark = Math.ceil((start - offset) / step) * step + offset; mark <= end; mark += step) {
    const x = scale.x(mark);
    if (x > width - margin.right - 24) break;
    parts.push(
      svgElement("line", {
        class: "grid",
        x1: x,
        x2: x,
        y1: height - margin.bottom,
        y2: height - margin.bottom + 4,
      }),
      svgElement("text", { x, y: height - 4, "text-anchor": "middle" }, formattedTime(mark, range)),
    );
  }
  return parts;
}

/** A line, with a gap where values are missing, and a dot where one stands alone. */
function drawn({ points }, index, scale, { step }) {
  const runs = [];
  let before = -Infinity;
  for (const [second, value] of points) {
    if (!Number.isFinite(value)) continue;
    if (second - before > step * 1.5) runs.push([]);
    runs.at(-1).push([scale.x(second), scale.y(value)]);
    before = second;
  }
  return runs.map((run) =>
    run.length === 1
      ? svgElement("circle", { class: `dot c${index}`, cx: run[0][0], cy: run[0][1], r: 2 })
      : svgElement("path", {
          class: `series c${index}`,
          d: run
            .map(([x, y], at) => `${at === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`)
            .join(""),
        }),
  );
}

function legendOf({ title, unit }, shown) {
  const heading = element("th", { scope: "col" }, "now");
  const cells = shown.map((one) => element("td", {}, formatted(unit, last(one))));
  const rows = shown.map((one, index) => {
    const name = element("th", { scope: "row" });
    name.append(element("span", { class: `swatch c${index}`, "aria-hidden": "true" }), one.name);
    const row = element("tr");
    row.append(name, cells[index], element("td", {}, formatted(unit, one.max)));
    return row;
  });
  const head = element("tr");
  head.append(
    element("th", { scope: "col" }, "series"),
    heading,
    element("th", { scope: "col" }, "max"),
  );
  const [thead, tbody] = [element("thead"), element("tbody")];
  thead.append(head);
  tbody.append(...rows);
  const table = element("table", { class: "legend", "aria-label": title });
  table.append(thead, tbody);
  /** Shows the values at a moment; the last ones without one. */
  const at = (second, step) => {
    heading.textContent = second === undefined ? "now" : formattedMoment(second);
    shown.forEach((one, index) => {
      const value = second === undefined ? last(one) : valueAt(one, second, step);
      cells[index].textContent = formatted(unit, value);
    });
  };
  return { table, at };
}

function valueAt({ points }, second, step) {
  const near = points.find(([moment]) => Math.abs(moment - second) <= step / 2);
  return near === undefined ? Number.NaN : near[1];
}

/** Lets the legend follow the pointer, or the arrow keys. */
function follow(svg, cursor, scale, { start, end, step }, width, legend) {
  let moment;
  const show = (second) => {
    moment = second;
    if (second === undefined) {
      cursor.remove();
    } else {
      moment = start + Math.round((Math.min(end, Math.max(start, second)) - start) / step) * step;
      cursor.setAttribute("x1", scale.x(moment));
      cursor.setAttribute("x2", scale.x(moment));
      svg.append(cursor);
    }
    legend.at(moment, step);
  };
  svg.addEventListener("pointermove", (event) => {
    const { left, width: drawnWidth } = svg.getBoundingClientRect();
    show(scale.second(((event.clientX - left) / drawnWidth) * width));
  });
  svg.addEventListener("pointerleave", () => show(undefined));
  svg.addEventListener("blur", () => show(undefined));
  svg.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(undefined);
    const by = { ArrowLeft: -step, ArrowRight: step }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    show((moment ?? end) + by);
  });
}

/** An element with attributes and a text. */
export function element(name, attributes = {}, text = "") {
  return filled(document.createElement(name), attributes, text);
}

function svgElement(name, attributes = {}, text = "") {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, text);
}

function filled(made, attributes, text) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== "") made.textContent = text;
  return made;
}
