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
  // A run beside any other: the chosen one travels in the links' fragments, since pages on a disk cannot fetch pages.
  const MARK = "#compare=", VERDICTS = new Set(["pass", "exempt", "waived", "warn", "fail", "error"]);
  const carried = () => {
    if (!location.hash.startsWith(MARK)) return null;
    try {
      const found = JSON.parse(decodeURIComponent(location.hash.slice(MARK.length)));
      const sound = /^[\w.-]+$/.test(found.page) && Object.values(found.loud).every((verdict) => VERDICTS.has(verdict));
      return sound ? found : null;
    } catch { return null; }
  };
  const element = (name, text, className) => Object.assign(document.createElement(name), { textContent: text, className: className || "" });
  const cell = (verdict) => {
    const made = document.createElement("td");
    made.append(VERDICTS.has(verdict) ? element("span", verdict, `chip v-${verdict}`) : verdict);
    return made;
  };
  const beside = (there, here) => {
    const quiet = new Map();
    for (const line of document.querySelectorAll(".quiet [data-verdict]")) {
      const table = line.closest(".quiet").dataset.table;
      for (const rule of line.querySelector("bdi").textContent.split(", ")) quiet.set(`${table}.${rule}`, line.dataset.verdict);
    }
    const names = [...new Set([...Object.keys(here.loud), ...Object.keys(there.loud)])].sort();
    const differ = names.filter((name) => there.loud[name] !== here.loud[name]);
    const section = document.querySelector(".compared"), told = section.querySelector("p");
    const onlyHere = differ.filter((name) => !there.loud[name]).length, onlyThere = differ.filter((name) => !here.loud[name]).length;
    const link = Object.assign(element("a", there.name), { href: `${there.page}.html` });
    told.replaceChildren("The chosen run: ", link, `. ${onlyHere} rules need a look only here, ${onlyThere} only there, ${differ.length - onlyHere - onlyThere} in both with another verdict, ${names.length - differ.length} alike.`);
    section.querySelector("tbody").replaceChildren(...differ.map((name) => {
      const row = document.createElement("tr"), head = Object.assign(element("th", name), { scope: "row" });
      row.append(head, cell(there.loud[name] || "held or was not judged"), cell(here.loud[name] || quiet.get(name) || "not judged"));
      return row;
    }));
    section.hidden = false;
    section.scrollIntoView();
  };
  const compare = () => {
    const own = document.querySelector("a.compare"), chosen = carried(), choose = document.querySelector("p.choose");
    if (own) {
      own.hidden = false;
      own.hash = MARK + encodeURIComponent(own.dataset.run);
      if (chosen) beside(chosen, JSON.parse(own.dataset.run));
    } else if (choose && chosen) {
      choose.textContent = `Choose the run to set beside: ${chosen.name}`;
      choose.hidden = false;
      for (const link of document.querySelectorAll("table.runs a, .months a")) link.hash = location.hash;
    }
  };
  window.addEventListener("hashchange", compare);
  compare();
  const named = () => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; } };
  const reveal = () => {
    let node = location.hash.length > 1 && document.getElementById(named());
    const target = node;
    for (; node; node = node.parentElement) { if (node.tagName === "DETAILS") node.open = true; }
    if (target) target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  reveal();
  // Paper has no folds.
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
})();
