"use strict";
(() => {
  const words = new Intl.Collator(document.documentElement.lang, { numeric: true });

  const key = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.key ?? cell.textContent.trim();
  };

  const compare = (numeric) => (left, right) =>
    numeric ? Number(left) - Number(right) : words.compare(left, right);

  // What is out of sight is not laid out at first, and not there for a screen reader either. So
  // all rows are shown by and by, a few whenever nothing else is to be done.
  // A page that is never idle gets them all the same.
  const soon = (act) =>
    window.requestIdleCallback
      ? window.requestIdleCallback(act, { timeout: 100 })
      : setTimeout(act, 20);
  const waiting = new WeakMap();
  const settle = (table) => {
    const rows = [...table.tBodies[0].rows];
    rows.forEach((row) => row.classList.remove("shown"));
    const show = () => {
      if (waiting.get(table) !== show) return;
      rows.splice(0, 40).forEach((row) => row.classList.add("shown"));
      if (rows.length) soon(show);
      else table.removeAttribute("aria-busy");
    };
    waiting.set(table, show);
    table.setAttribute("aria-busy", "true");
    soon(show);
  };

  const sort = (table, heads, column) => {
    const head = heads[column];
    const down = head.getAttribute("aria-sort") === "ascending";
    const order = compare(head.dataset.sort === "number");
    const body = table.tBodies[0];
    const rows = [...body.rows]
      .map((row) => [key(row, column), row])
      .sort(([left], [right]) => (down ? -1 : 1) * order(left, right));
    settle(table);
    body.remove(); // Rows are moved faster where nothing is shown of it.
    body.append(...rows.map(([, row]) => row));
    table.append(body);
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
    let rows = null; // Read when they are first asked for, not while the page opens.
    const read = () => [...table.tBodies[0].rows].map((row) => ({
      row,
      name: plain(row.cells[0].textContent),
      status: row.dataset.status,
      verdicts: row.dataset.verdicts.split(" "),
    }));

    const apply = () => {
      rows ??= read();
      const wanted = plain(name.value.trim());
      let shown = 0;
      settle(table);
      for (const one of rows) {
        const fits =
          one.name.includes(wanted) &&
          (!status.value || one.status === status.value) &&
          (!verdict.value || one.verdicts.includes(verdict.value));
        if (one.row.hidden === fits) one.row.hidden = !fits;
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
    settle(table);
    // A browser that comes back to the page has kept what was chosen.
    if (name.value || status.value || verdict.value) apply();
  };

  document.querySelectorAll("[data-filters]").forEach(filter);
})();
