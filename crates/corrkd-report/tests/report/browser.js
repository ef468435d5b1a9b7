"use strict";
// Looks at the page from inside, as a reader would, and tells the page around its frame what is wrong.
const problems = [];
const expect = (good, what) => good || problems.push(what);
addEventListener("error", (event) => problems.push(`error: ${event.message}`));
addEventListener("securitypolicyviolation", (event) => problems.push(`refused: ${event.violatedDirective} ${event.blockedURI}`));
addEventListener("load", () => {
  try {
    layout();
    names();
    contrast();
    sorting();
    origins();
  } catch (error) {
    problems.push(String(error.stack));
  }
  parent.postMessage({ width: innerWidth, dark: matchMedia("(prefers-color-scheme: dark)").matches, problems }, "*");
});

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const shown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
const text = (element) => element.textContent.trim();

function layout() {
  expect(document.documentElement.scrollWidth <= innerWidth, `the page is ${document.documentElement.scrollWidth} wide`);
  for (const element of all("body *").filter((e) => shown(e) && !e.closest(".scroll > *, .skip, .unseen"))) {
    const { left, right } = element.getBoundingClientRect();
    expect(left >= 0 && right <= innerWidth + 0.5, `${element.tagName} "${text(element).slice(0, 30)}" reaches from ${left} to ${right}`);
  }
  const frame = document.querySelector(".scroll");
  const label = frame.querySelector("tbody th");
  const before = label.getBoundingClientRect().left;
  frame.scrollLeft = 1e6;
  expect(innerWidth > 600 || frame.scrollLeft > 0, "the main table does not scroll");
  expect(Math.abs(label.getBoundingClientRect().left - before) < 1, "the labels do not stay");
  frame.scrollLeft = 0;
}

function names() {
  const name = (e) => {
    const by = e.getAttribute("aria-labelledby");
    return (e.getAttribute("aria-label") ?? (by ? text(document.getElementById(by)) : text(e))).trim();
  };
  const named = all("a, button, summary, table, figure, nav, main section, [role], [popover]");
  expect(named.length > 100, "nothing is named");
  named.forEach((e) => expect(/\w/.test(name(e)), `without a name: ${e.outerHTML.slice(0, 80)}`));
  all("thead th").forEach((th) => expect(/\w/.test(text(th)), "a column without a name"));
  expect(all("svg").every((svg) => svg.closest("[role=img]")), "a picture without a role");
  expect(document.documentElement.lang === "en" && document.title !== "", "no language or title");
}

// WCAG 2.2, 1.4.3: 4.5 to 1 for every text that is not large.
function contrast() {
  const colour = (css) => css.match(/[\d.]+/g).map(Number);
  const channel = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const background = (e) => {
    const [r, g, b, a = 1] = colour(getComputedStyle(e).backgroundColor);
    return a > 0 || !e.parentElement ? [r, g, b] : background(e.parentElement);
  };
  const texts = all("body *").filter((e) => shown(e) && !e.closest("svg") && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  expect(texts.length > 100, "no texts");
  for (const e of texts) {
    const [low, high] = [luminance(colour(getComputedStyle(e).color)), luminance(background(e))].sort((a, b) => a - b);
    const ratio = (high + 0.05) / (low + 0.05);
    expect(ratio >= 4.5, `contrast ${ratio.toFixed(2)} of ${e.tagName} "${text(e).slice(0, 30)}"`);
  }
}

function sorting() {
  const table = document.querySelector("table.sortable");
  const headers = [...table.tHead.rows[0].cells];
  const column = headers.findIndex((th) => text(th) === "avg");
  const bodies = () => [...table.tBodies].map((body) => [...body.rows]);
  const original = bodies();
  const label = (row) => text(row.cells[0]);
  const value = (row) => parseFloat(text(row.cells[column])) || -Infinity;
  const press = (at) => {
    const button = headers[at].querySelector("button");
    button.focus();
    expect(document.activeElement === button, "a column's name cannot be reached by keyboard");
    button.click();
  };
  const order = () => headers[column].getAttribute("aria-sort");
  const sorted = (sign) => bodies().every((rows) => rows.every((row, i) => i === 0 || sign * (value(row) - value(rows[i - 1])) >= 0));
  expect(order() === null && !sorted(-1), "sorted before anyone asked");
  press(column);
  expect(order() === "descending" && sorted(-1), `first press: ${order()}, ${bodies().flat().map(value)}`);
  const kept = bodies().every((rows, g) => rows.length === original[g].length && rows.every((row) => original[g].includes(row)));
  expect(kept, "a row has left its group");
  press(column);
  expect(order() === "ascending" && sorted(1), `second press: ${order()}, ${bodies().flat().map(value)}`);
  press(column);
  expect(order() === null && String(bodies().flat().map(label)) === String(original.flat().map(label)), "third press");
  press(column);
  press(0);
  expect(order() === null && headers[0].getAttribute("aria-sort") === "ascending", "two columns sort at once");
  const rising = ([...rows]) => rows.every((row, i) => i === 0 || label(rows[i - 1]).localeCompare(label(row), "en") <= 0);
  expect(bodies().every(rising), `labels: ${bodies().flat().map(label)}`);
  press(0);
  press(0);
  expect(String(bodies().flat().map(label)) === String(original.flat().map(label)), "the order does not come back");
}

function origins() {
  const button = document.querySelector("td button");
  const origin = document.getElementById(button.getAttribute("popovertarget"));
  expect(!origin.matches(":popover-open") && !shown(origin), "runs are shown before anyone asked");
  button.click();
  expect(origin.matches(":popover-open"), "a number does not show its runs");
  const { left, right } = origin.getBoundingClientRect();
  expect(left >= 0 && right <= innerWidth, `the runs reach from ${left} to ${right}`);
  const link = origin.querySelector("a");
  expect(all("a[href$='events.jsonl']", origin).length === all("li", origin).length, "runs without their events");
  link.click();
  expect(!origin.matches(":popover-open") && location.hash === link.getAttribute("href"), "a run cannot be gone to");
}
