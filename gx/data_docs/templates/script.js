"use strict";
// Pages read well without this: it filters what is on the page, copies SQL and opens what a link points into.
(() => {
  const form = document.querySelector("form.search");
  if (form) {
    const box = form.querySelector("input"), told = form.querySelector("output");
    const items = [...document.querySelectorAll("[data-search]")];
    const filter = () => {
      const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const item of items) {
        const text = (item.dataset.search + " " + item.textContent).toLowerCase();
        const hit = words.every((word) => text.includes(word));
        item.toggleAttribute("data-hidden", !hit);
        shown += hit;
      }
      told.textContent = words.length ? `${shown} of ${items.length}` : "";
    };
    form.hidden = false;
    form.addEventListener("submit", (event) => event.preventDefault());
    box.addEventListener("input", filter);
    document.addEventListener("keydown", (event) => {
      if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) { event.preventDefault(); box.focus(); }
      if (event.key === "Escape" && event.target === box) { box.value = ""; filter(); }
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
