// Tables marked data-sortable hold all their rows, so the browser may sort them. The links in their heads
// (?sort=…, for the server) become buttons. Rows of class "total" stay at the foot.

const letters = new Intl.Collator("vi", { numeric: true });

function makeSortable(part) {
  part.querySelectorAll("table[data-sortable] thead th a.sort").forEach((link) => {
    const table = link.closest("table");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = link.textContent;
    button.addEventListener("click", () => sortBy(table, button.closest("th")));
    link.replaceWith(button);
  });
}

makeSortable(document);
document.addEventListener("htmx:load", ({ target }) => makeSortable(target));

function sortBy(table, heading) {
  const isUp = heading.getAttribute("aria-sort") !== "ascending";
  table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", isUp ? "ascending" : "descending");

  const body = table.tBodies[0];
  const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
  const totals = [...body.rows].filter((row) => row.classList.contains("total"));
  const sign = isUp ? 1 : -1;
  rows.sort((one, other) => sign * compare(valueOf(one, heading.cellIndex), valueOf(other, heading.cellIndex)));
  body.append(...rows, ...totals);
}

function valueOf(row, column) {
  const cell = row.cells[column];
  const value = cell?.dataset.value ?? cell?.textContent.trim() ?? "";
  return value === "" || Number.isNaN(Number(value)) ? value : Number(value);
}

function compare(one, other) {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return letters.compare(String(one), String(other));
}
