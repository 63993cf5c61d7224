"use strict";
// Pages read well without this: it searches and filters, sorts keys, copies SQL and opens what a link points into.
(() => {
  const words = (text) => text.toLowerCase().split(/\s+/).filter(Boolean);
  const form = document.querySelector("form.search");
  const box = form.querySelector("input"), told = form.querySelector("output");
  const entries = [...document.querySelectorAll(".entries li")];
  const items = entries.length ? entries : [...document.querySelectorAll("[data-search]")];
  const filter = () => {
    const wanted = words(box.value);
    let shown = 0;
    for (const item of items) {
      const text = ((item.dataset.search || "") + " " + item.textContent).toLowerCase();
      const hit = wanted.every((word) => text.includes(word));
      item.toggleAttribute("data-hidden", !hit);
      shown += hit;
    }
    for (const kind of document.querySelectorAll(".kind")) kind.toggleAttribute("data-hidden", !kind.querySelector("li:not([data-hidden])"));
    told.textContent = wanted.length ? `${shown} of ${items.length}` : "";
    const found = document.getElementById("found");
    if (found) found.textContent = wanted.length ? `${shown} of ${items.length} names match` : "";
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!entries.length) location.href = form.dataset.target + "?q=" + encodeURIComponent(box.value);
    else document.querySelector(".entries li:not([data-hidden]) a")?.focus();
  });
  box.addEventListener("input", filter);
  const asked = new URLSearchParams(location.search).get("q");
  if (asked && entries.length) { box.value = asked; filter(); }
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { event.preventDefault(); box.focus(); }
    if (event.key === "Escape" && event.target === box) { box.value = ""; filter(); }
  });
  const filters = document.querySelector("form.filters");
  if (filters && filters.querySelector("select")) {
    const rows = [...document.querySelectorAll("[data-phase]")];
    const choose = () => {
      const chosen = [...filters.querySelectorAll("select")].filter((each) => each.value);
      for (const row of rows) {
        const asked = chosen.filter((each) => row.dataset[each.name] !== undefined);
        row.toggleAttribute("data-left-out", !asked.every((each) => row.dataset[each.name] === each.value));
      }
      const causes = document.querySelectorAll(".cause"), shown = document.querySelectorAll(".cause:not([data-left-out])");
      filters.querySelector("output").textContent = chosen.length ? `${shown.length} of ${causes.length} causes` : "";
    };
    filters.hidden = false;
    filters.addEventListener("submit", (event) => event.preventDefault());
    filters.addEventListener("change", choose);
    choose();
  }
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const key = (row) => row.cells[column].textContent;
        const rows = [...body.rows].sort((a, b) => key(a).localeCompare(key(b), "en", { numeric: true }));
        body.append(...(up ? rows : rows.reverse()));
      });
    });
  }
  const select = (code) => {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      let done = true;
      try { await navigator.clipboard.writeText(code.textContent); } catch { select(code); done = document.execCommand("copy"); }
      button.textContent = done ? "Copied" : "Press Ctrl+C";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
  }
  const reveal = () => {
    let node = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const target = node;
    for (; node; node = node.parentElement) { if (node.tagName === "DETAILS") node.open = true; }
    if (target) target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();
  // Paper has no folds.
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
})();
