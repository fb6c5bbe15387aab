// The page reads whole without this. It adds a filter of the excerpts, puts an attribution behind what is copied of a
// quotation, and opens what a link leads to. Controls come from the template "tools", so that without this none stands
// there dead. Words of the study are only ever set as text.
"use strict";
{
  const tools = document.getElementById("tools").content.cloneNode(true);
  const figures = [...document.querySelectorAll("figure[data-of]")];
  const make = (name, className, text) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const spoken = make("p", "unseen"); // what a screen reader says of what was done
  spoken.setAttribute("role", "status");
  document.body.append(spoken);

  // The filter: a list to choose from for participants, for each attribute, and for codes. What all of the chosen ones
  // hold for is shown.
  const filter = tools.querySelector(".filter");
  let reset = () => {};
  if (filter) {
    const bar = tools.querySelector(".filtered");
    const [status, showAll] = bar.children;
    const lists = [...filter.querySelectorAll("select")];
    const { shown, none } = filter.querySelector(".choices").dataset;
    const under = new Map(figures.map((f) => [f, new Set(f.dataset.of.split(" "))]));
    const groups = [...document.querySelectorAll(".group")];
    const themes = new Map(); // the excerpts of each, without those of its sub-themes, and what says that none is left
    for (const f of figures) {
      const theme = f.closest(".theme");
      if (!themes.has(theme)) {
        const note = make("p", "note none", none);
        note.hidden = true;
        (f.closest(".group") ?? f).before(note);
        themes.set(theme, { note, excerpts: [] });
      }
      themes.get(theme).excerpts.push(f);
    }
    document.querySelector(".theme").before(filter, bar);

    const apply = () => {
      const place = figures.find((f) => !f.hidden && f.getBoundingClientRect().bottom > 0);
      const before = place && place.getBoundingClientRect().top;
      const wanted = lists.map((list) => list.value).filter(Boolean);
      for (const f of figures) f.hidden = !wanted.every((token) => under.get(f).has(token));
      for (const g of groups) g.hidden = !g.querySelector("figure[data-of]:not([hidden])");
      for (const { note, excerpts } of themes.values()) note.hidden = excerpts.some((f) => !f.hidden);
      bar.classList.toggle("on", wanted.length > 0);
      document.documentElement.classList.toggle("filtering", wanted.length > 0);
      const many = figures.filter((f) => !f.hidden).length;
      status.textContent = wanted.length ? shown.replace("{n}", many).replace("{m}", figures.length) : "";
      // Who reads on keeps her place.
      if (before !== undefined && !place.hidden && !filter.contains(document.activeElement)) {
        scrollBy({ top: place.getBoundingClientRect().top - before, behavior: "instant" });
      }
    };
    reset = () => {
      if (!bar.classList.contains("on")) return;
      for (const list of lists) list.value = "";
      const away = bar.contains(document.activeElement); // the button goes; the focus must not go with it
      apply();
      if (away) filter.firstElementChild.focus({ preventScroll: true });
    };
    filter.addEventListener("change", apply);
    showAll.addEventListener("click", reset);
    document.addEventListener("keydown", (e) => {
      if (e.key === "Escape" && !e.defaultPrevented) reset();
    });
  }

  // What is copied of a quotation is its words, and behind them who said them and where they stand.
  // A translation says that it is one.
  const lines = (range, quote) => {
    const below = quote.nextElementSibling; // of a translation that stands alone, what says so
    const label = below?.matches(".label") ? below.textContent.trim() : text(quote.closest(".translation"), ".label");
    const words = range.toString();
    // Prose is broken where its file is; what was said, where the transcript is.
    const said = quote.matches(".set") ? [words.replace(/\s+/g, " ").trim()] : words.split("\n").map((line) => line.trim()).filter(Boolean);
    return label ? ["[" + label + "]", ...said] : said;
  };
  const whole = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    return range;
  };
  const text = (part, selector) => (part?.querySelector(selector)?.textContent ?? "").trim();
  let pressed = null; // the excerpt whose button was pressed
  document.addEventListener("copy", (e) => {
    const selected = getSelection();
    if (!selected.rangeCount || selected.isCollapsed) return;
    const range = selected.getRangeAt(0).cloneRange();
    const at = range.startContainer;
    const quote = (at.nodeType === Node.ELEMENT_NODE ? at : at.parentElement).closest("blockquote");
    const figure = quote?.closest("figure[data-of]");
    const place = figure ?? quote?.nextElementSibling; // in prose, the place stands behind the quotation
    if (!figure && !place?.matches(".set-source")) return;
    if (!quote.contains(range.endContainer)) {
      if (!place.contains(range.endContainer)) return; // more than the quotation: as it stands
      range.setEndAfter(quote.lastChild); // a triple click reaches into the line below
    }
    const said = pressed ? [...pressed.querySelectorAll("blockquote")].flatMap((q) => lines(whole(q), q)) : lines(range, quote);
    const cite = "(" + (figure ? [text(figure, ".by"), text(figure, ".place")].filter(Boolean).join("; ") : text(place, "p")) + ")";
    const block = make("blockquote");
    for (const line of [...said, cite]) block.append(make("p", "", line));
    e.clipboardData.setData("text/plain", said.join("\n") + "\n" + cite);
    e.clipboardData.setData("text/html", block.outerHTML);
    e.preventDefault();
  });
  const button = tools.querySelector(".copy");
  for (const figure of figures) figure.querySelector(".source").append(button.cloneNode(true));
  document.addEventListener("click", (e) => {
    const one = e.target.closest("button.copy");
    if (!one) return;
    pressed = one.closest("figure");
    getSelection().selectAllChildren(pressed.querySelector("blockquote"));
    const done = document.execCommand("copy"); // works in a file opened from disk, where the newer way may not
    getSelection().removeAllRanges();
    pressed = null;
    if (done) {
      one.textContent = spoken.textContent = button.dataset.copied;
      setTimeout(() => { one.textContent = button.textContent; spoken.textContent = ""; }, 2000);
    }
  });

  // A link leads to what it names, also where that is filtered out or folded up.
  const reveal = (hash) => {
    let target = null;
    try { target = document.getElementById(decodeURIComponent(hash.slice(1))); } catch { return; }
    if (!target) return;
    if (target.closest("[hidden]")) reset();
    for (let at = target.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    return target;
  };
  document.addEventListener("click", (e) => {
    const link = e.target.closest('a[href^="#"]');
    if (link) reveal(link.hash);
  });
  addEventListener("hashchange", () => reveal(location.hash)?.scrollIntoView());
  if (location.hash) reveal(location.hash)?.scrollIntoView();
}
