// What the pages gain with script: live rows, keys, filters without reload. Without it every link and form works the same.
// All words come from the server: this file only moves mark-up, it never writes sentences.
const $ = (what, where = document) => where.querySelector(what);
const $$ = (what, where = document) => [...where.querySelectorAll(what)];
const root = document.documentElement;
root.classList.add("js");

// After a refusal the address is that of a form, which nobody can ask for: the page says where it is read.
const [self, landed] = [$("[data-self]")?.dataset.self, location.href];
const here = () => (self && location.href === landed ? new URL(self, landed).href : location.href);

// ---- fetching mark-up -------------------------------------------------------------------------------------------
async function load(url) {
  const answer = await fetch(url, { headers: { "x-fragment": "1" }, credentials: "same-origin" });
  if (answer.redirected && new URL(answer.url).pathname === "/login") location.reload();
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function replace(old, fresh) {
  if (!old || !fresh || old.outerHTML === fresh.outerHTML) return old;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const again = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.matches("a.row") && old === focused ? "" : null);
  const node = document.importNode(fresh, true);
  old.replaceWith(node);
  if (again === "") node.focus();
  else if (again) $(again)?.focus();
  return node;
}

// ---- live: the server says which id changed, the page asks for that piece ----------------------------------------
const news = new Set();
const list = () => $("#rows");
const talk = () => $("#case");
let pending = null;

function announce() {
  const bar = $("#news");
  if (!bar) return;
  bar.hidden = news.size === 0;
  const count = $("[data-count]", bar);
  if (count) count.textContent = String(news.size);
  const base = document.title.replace(/^\(\d+\) /, "");
  document.title = news.size ? `(${news.size}) ${base}` : base;
}

function changed(field) {
  if (field.matches("select")) return field.selectedOptions[0] !== ([...field.options].find((o) => o.defaultSelected) ?? field.options[0]);
  return field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function dirty(node) {
  return $$("textarea, input:not([type=hidden]), select", node).some(changed)
    || $$("details.menu[open], details[open][data-touched]:not([name=compose])", node).length > 0 || (node.contains(document.activeElement) && document.activeElement.matches("input, textarea, select"));
}

async function row(id) {
  const old = $(`#row-${id}`);
  if (!old) return;
  const current = old.getAttribute("aria-current");
  try {
    const fresh = $(".row", await load(`/cases/${id}/row${new URL(here()).search}`));
    if (current && fresh) fresh.setAttribute("aria-current", current);
    if (fresh && old.outerHTML !== fresh.outerHTML) replace(old, fresh)?.classList.add("changed");
  } catch { /* gone from the scope or the net is down: the next look at the page says so */ }
}

// Brings times, clocks and counts up to date without moving anything.
async function refresh() {
  if (document.hidden || !$("[data-live]")) return;
  try {
    const page = await load(here());
    for (const old of $$("[data-live]")) replace(old, $(`[data-live="${CSS.escape(old.dataset.live)}"]`, page));
    for (const old of $$("#rows > .row")) {
      const fresh = page.getElementById(old.id);
      if (fresh && old.dataset.version !== fresh.dataset.version) replace(old, fresh);
    }
    const known = new Set($$("#rows > .row").map((r) => r.id));
    if (list() && !here().includes("skip=")) {
      for (const fresh of $$("#rows > .row", page)) if (!known.has(fresh.id)) news.add(fresh.id.slice(4));
      announce();
    }
    const open = talk();
    const fresh = page.getElementById("case");
    if (open && fresh && open.dataset.version !== fresh.dataset.version) {
      if (dirty(open)) $("#case-changed")?.removeAttribute("hidden");
      else {
        const at = $(".timeline", open)?.scrollTop;
        const node = replace(open, fresh);
        const line = $(".timeline", node);
        if (line && at) line.scrollTop = at;
      }
    }
  } catch { /* tried again at the next change */ }
}

function soon() { clearTimeout(pending); pending = setTimeout(refresh, 400); }

// A browser opens six connections to a server at most, and each stream takes one: a page that nobody sees gives its
// stream back, or the seventh tab, or the seventh page in a row, would wait for a minute.
let stream = null;
function open() {
  if (stream || document.hidden) return;
  stream = new EventSource("/live");
  stream.addEventListener("change", (event) => {
    const change = JSON.parse(event.data);
    if (change.what === "case") {
      const id = String(change.id);
      if ($(`#row-${id}`)) row(id);
      else if (change.fresh && list()) { news.add(id); announce(); }
      if (talk()?.dataset.case === id) soon();
    } else if (change.what === "presence") {
      if (talk()?.dataset.case === String(change.id)) soon();
    } else soon();
  });
  stream.addEventListener("stale", soon);
}

function close() { stream?.close(); stream = null; }

function live() {
  if (!root.dataset.user || !window.EventSource) return;
  open();
  setInterval(() => document.hidden || refresh(), 30000);
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else { open(); soon(); } });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) { open(); soon(); } });
}

// ---- filters and pages of lists without reload --------------------------------------------------------------------
async function swap(url, push = true) {
  const area = $("#results");
  if (!area) { location.assign(url); return; }
  area.classList.add("busy");
  try {
    const page = await load(url);
    replace(area, page.getElementById("results"));
    document.title = page.title;
    if (push) history.pushState({ swap: true }, "", url);
    news.clear();
    announce();
  } catch { location.assign(url); }
}

function query(form) {
  const url = new URL(form.action || location.href, location.href);
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string" && value !== "");
  url.search = new URLSearchParams(pairs).toString();
  return url.href;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("form[data-swap]") && $("#results")) {
    event.preventDefault();
    swap(query(form));
  } else if (form.method === "post") {
    // What was typed is let go of once the next page shows that it was taken.
    sessionStorage.setItem("sent", JSON.stringify($$("textarea[data-draft]", form).map((field) => field.dataset.draft)));
    setTimeout(() => $$("button", form).forEach((b) => { b.disabled = true; }));
  }
});
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-swap]");
  if (form && event.target.matches("select, input[type=date], input[type=checkbox]")) form.requestSubmit();
});
addEventListener("popstate", () => ($("#results") ? swap(location.href, false) : location.reload()));

// ---- small comforts ---------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const to = event.target;
  for (const menu of $$("details.menu[open]")) if (!menu.contains(to)) menu.open = false;
  if (to.closest("#news")) {
    event.preventDefault();
    if ($("#results")) swap(here(), false).then(() => { if (list()) list().scrollTop = 0; });
    else location.reload();
  }
  // What somebody folds open is being read, or filled in: nothing of it is replaced meanwhile.
  to.closest("summary")?.parentElement.setAttribute("data-touched", "");
  const link = to.closest("a[data-swap]");
  if (link && !event.metaKey && !event.ctrlKey && event.button === 0) { event.preventDefault(); swap(link.href); }
  const copy = to.closest("[data-copy]");
  if (copy) {
    const field = $(copy.dataset.copy);
    navigator.clipboard?.writeText(field?.value ?? "").catch(() => field?.select());
    if (copy.dataset.open) window.open(copy.dataset.open, "_blank", "noopener,noreferrer");
  }
  const insert = to.closest("[data-insert]");
  if (insert) {
    const field = $(insert.dataset.insert);
    event.preventDefault();
    field.setRangeText(insert.title, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
  if (to.closest("[data-help]")) help();
  if (to.closest("[data-reload]")) { if (here() === location.href) location.reload(); else location.assign(here()); }
});

// As the platform counts, near enough to write by; the server counts again, with the signature.
function counted(text, how) {
  const graphemes = (t) => (window.Intl?.Segmenter ? [...new Intl.Segmenter().segment(t)] : [...t]).length;
  if (how === "bytes") return new TextEncoder().encode(text).length;
  if (how === "graphemes") return graphemes(text);
  if (how !== "mastodon" && how !== "x") return [...text].length;
  const links = text.match(/https?:\/\/[^\s<>]+/g)?.length ?? 0;
  const rest = text.replace(/https?:\/\/[^\s<>]+/g, "");
  if (how === "mastodon") return graphemes(rest.replace(/(^|[^=\/\w])@(\w+(?:[\w.-]*\w)?)@\w+(?:[\w.-]*\w)?/g, "$1@$2")) + 23 * links;
  return [...rest].reduce((sum, c) => sum + (c.codePointAt(0) <= 4351 || /[\u2000-\u200d\u2010-\u201f]/.test(c) ? 1 : 2), 0) + 23 * links;
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.dataset?.draft) sessionStorage.setItem(field.dataset.draft, field.value);
  const out = field.dataset?.limit && $(`output[for="${field.id}"]`);
  if (out) {
    const length = counted(field.value, field.dataset.counts);
    out.textContent = `${length} / ${field.dataset.limit}`;
    out.classList.toggle("danger", length > Number(field.dataset.limit));
  }
});

function drafts() {
  const sent = JSON.parse(sessionStorage.getItem("sent") ?? "[]");
  sessionStorage.removeItem("sent");
  if (/^done-(reply|note)/.test($(".toast")?.dataset.said ?? "")) for (const draft of sent) sessionStorage.removeItem(draft);
  for (const field of $$("textarea[data-draft]")) {
    const kept = sessionStorage.getItem(field.dataset.draft);
    // Typed later than what the server keeps; but a line that a link asked for is what the reader wants now.
    if (kept && kept !== field.value && !(field.value && location.search.includes("draft="))) { field.value = kept; field.dispatchEvent(new Event("input", { bubbles: true })); }
  }
}

function help() { const box = $("dialog.help"); if (box && !box.open) box.showModal(); }

// ---- keys -------------------------------------------------------------------------------------------------------
function move(step) {
  const items = $$("[data-item]").filter((i) => i.offsetParent !== null);
  if (!items.length) return;
  const at = items.findIndex((i) => i.contains(document.activeElement));
  const from = at >= 0 ? at : items.findIndex((i) => i.getAttribute("aria-current"));
  const next = items[Math.min(items.length - 1, Math.max(0, from + step))];
  const target = next.matches("a, button") ? next : $("a, button", next) ?? next;
  target.focus();
  target.scrollIntoView({ block: "nearest" });
}

function back() {
  const here = document.activeElement;
  const menu = here?.closest?.("details.menu[open]") ?? $("details.menu[open]");
  if (menu) { menu.open = false; $("summary", menu)?.focus(); return; }
  if (here?.matches("input, textarea, select")) { here.blur(); return; }
  const way = $("[data-back]");
  if (way) way.click();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  a: () => $('[data-key="a"]')?.click(),
  r: () => { const box = $('[data-key="r"]'); const fold = box?.closest("details"); if (fold) fold.open = true; box?.focus(); },
  "/": () => { const field = $('input[type="search"]'); if (field) { field.focus(); field.select(); } else location.assign("/search"); },
  "?": help,
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape") { if (!$("dialog[open]")) back(); return; }
  if (event.target.matches?.("input, textarea, select, [contenteditable]") || $("dialog[open]")) return;
  const act = keys[event.key];
  if (act && root.dataset.user) { event.preventDefault(); act(); }
});

function settle() {
  const line = $(".timeline");
  const words = $$(".post.customer", line ?? undefined).at(-1);
  if (line && words) line.scrollTop = words.getBoundingClientRect().top - line.getBoundingClientRect().top + line.scrollTop - 12;
  $('.row[aria-current]')?.scrollIntoView({ block: "nearest" });
}
setTimeout(() => $(".toast")?.remove(), 8000);
drafts();
settle();
// After something was done, or refused, the eye is led to what came of it; after going somewhere it is not.
const there = $("[autofocus]") ?? ($(".toast") && $("h1"));
if (there?.matches("h1:not([tabindex])")) there.tabIndex = -1;
there?.focus();
addEventListener("pageshow", (event) => { if (event.persisted) for (const b of $$("button:disabled")) b.disabled = false; });
live();

// ---- who writes: the first letter of an answer tells the others, and again every two minutes while letters come ------
let told = 0;
document.addEventListener("input", (event) => {
  const field = event.target.closest?.("textarea[data-key=r]");
  const form = field?.form;
  if (!form || Date.now() - told < 120000) return;
  told = Date.now();
  const body = new URLSearchParams({ csrf: form.elements.csrf.value, doing: "typing" });
  fetch(`/cases/${talk().dataset.case}/presence`, { method: "POST", body, credentials: "same-origin", redirect: "manual" }).catch(() => {});
});
