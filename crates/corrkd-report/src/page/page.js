"use strict";
// A press on a column's name sorts the rows by it, within each group; another turns the order round; a third restores
// the report's own. Numbers begin with the highest, words with the first; cells without either stay last.
for (const table of document.querySelectorAll("table.sortable")) {
  const groups = [...table.tBodies].map((body) => ({ body, rows: [...body.rows] }));
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    if (header.classList.contains("files")) return;
    const keys = new Map(groups.flatMap(({ rows }) => rows.map((row) => [row, key(row.cells[column])])));
    const numbers = [...keys.values()].some((key) => typeof key === "number");
    const orders = numbers ? ["descending", "ascending"] : ["ascending", "descending"];
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => {
      const order = orders[orders.indexOf(header.getAttribute("aria-sort")) + 1];
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      if (order) header.setAttribute("aria-sort", order);
      for (const { body, rows } of groups) {
        const sorted = order ? rows.toSorted((a, b) => compare(keys.get(a), keys.get(b), order)) : rows;
        body.append(...sorted);
      }
    });
    header.append(button);
  });
}

function key(cell) {
  return cell.dataset.value === undefined ? cell.textContent.trim() : Number(cell.dataset.value);
}

function compare(a, b, order) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const rising = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
  return order === "ascending" ? rising : -rising;
}

// What shows the runs of a number gives way to the run that is chosen there.
document.addEventListener("click", (event) => {
  event.target.closest?.(".origin a[href^='#']")?.closest(".origin").hidePopover();
});
