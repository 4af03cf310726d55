"use strict";
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  const shown = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const say = () => { button.textContent = shown() === "dark" ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = shown() === "dark" ? "light" : "dark";
    say();
  });
  dark.addEventListener("change", say);
  say();

  if (innerWidth < 640) document.querySelector("nav details").open = false;

  const key = (row, column) => {
    const cell = row.cells[column];
    const value = cell.dataset.v;
    return value === undefined ? cell.textContent.trim() : Number(value);
  };
  const isEmpty = (value) => value === "—" || value === "unavailable" || value === "";
  const compare = (a, b, sign) => {
    if (isEmpty(a) || isEmpty(b)) return isEmpty(a) - isEmpty(b);
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * String(a).localeCompare(String(b), "en", { numeric: true });
  };
  for (const head of document.querySelectorAll("th[data-sort]")) {
    const sort = () => {
      const table = head.closest("table");
      const ascending = head.getAttribute("aria-sort") === "descending";
      for (const other of table.querySelectorAll("th[data-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
      const column = head.cellIndex;
      for (const body of table.tBodies) {
        const rows = [...body.rows].filter((row) => !row.classList.contains("head"));
        rows.sort((a, b) => compare(key(a, column), key(b, column), ascending ? 1 : -1));
        body.append(...rows);
      }
    };
    head.querySelector("button").addEventListener("click", sort);
  }
})();
