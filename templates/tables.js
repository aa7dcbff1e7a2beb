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

  const filter = (bar) => {
    const table = document.getElementById(bar.dataset.filters);
    const part = (name) => bar.querySelector(`[data-filter="${name}"]`);
    const [name, status, verdict, result] = ["name", "status", "verdict", "result"].map(part);
    const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    const rows = [...table.tBodies[0].rows].map((row) => ({
      row,
      name: plain(row.cells[0].textContent),
      status: row.dataset.status,
      verdicts: row.dataset.verdicts.split(" "),
    }));

    const apply = () => {
      const wanted = plain(name.value.trim());
      let shown = 0;
      for (const one of rows) {
        const fits =
          one.name.includes(wanted) &&
          (!status.value || one.status === status.value) &&
          (!verdict.value || one.verdicts.includes(verdict.value));
        one.row.hidden = !fits;
        shown += fits;
      }
      result.textContent = result.dataset.result
        .replace("{shown}", shown)
        .replace("{all}", rows.length);
    };

    bar.addEventListener("input", apply);
    part("all").addEventListener("click", () => {
      name.value = status.value = verdict.value = "";
      apply();
      name.focus();
    });
    bar.hidden = false;
    apply(); // A browser that comes back to the page has kept what was chosen.
  };

  document.querySelectorAll("[data-filters]").forEach(filter);
})();
