"use strict";
(() => {
  const words = new Intl.Collator(document.documentElement.lang, { numeric: true });

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.key ?? cell.textContent.trim();
  };

  const compare = (numeric) => (left, right) =>
    numeric ? Number(left) - Number(right) : words.compare(left, right);

  const sort = (table, heads, column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    const order = compare(head.dataset.sort === "number");
    const rows = [...table.tBodies[0].rows].sort(
      (left, right) => (down ? -1 : 1) * order(key(left, column), key(right, column)),
    );
    table.tBodies[0].append(...rows);
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      if (!head.dataset.sort) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, heads, column));
      head.append(button);
    });
  }
})();
