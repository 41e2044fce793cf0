// Looks at the page that is open; returns what is wrong with it, in words.
const wrong = [];
const all = (css) => [...document.querySelectorAll(css)];
const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.getClientRects().length > 0;
const name = (e) => `<${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}${e.className && e.className.baseVal === undefined ? "." + e.className.trim().split(/\s+/).join(".") : ""}>`;

// Nothing is wider than the window.
const wide = document.documentElement.scrollWidth - innerWidth;
if (wide > 0) wrong.push(`the page is ${wide} px wider than the window`);

// Nothing is torn: a chip stands there whole, with an ellipsis, or not at all; a word of a drawing stays in the window.
for (const chips of all(".row .chips").filter(seen)) {
  const end = chips.getBoundingClientRect();
  for (const chip of chips.children) {
    const box = chip.getBoundingClientRect();
    if ((box.top < end.bottom - 1 && box.bottom > end.bottom + 1) || box.right > end.right + 1) wrong.push(`the chip “${chip.textContent}” is cut`);
  }
}
for (const text of all("svg.chart text").filter(seen)) {
  const box = text.getBoundingClientRect(), paper = text.closest("svg").getBoundingClientRect();
  if (box.left < 0 || box.right > innerWidth || box.left < paper.left - 16 || box.right > paper.right + 16) wrong.push(`“${text.textContent}” leaves its drawing`);
}

// One heading of the first level, a title, a language, one main part.
if (!document.title.trim()) wrong.push("no title");
if (all("h1").filter(seen).length > 1) wrong.push("more than one h1 is shown");
if (all("h1").length < 1) wrong.push("no h1");
if (all("main").length !== 1) wrong.push("not exactly one main");
const ids = all("[id]").map((e) => e.id);
for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) wrong.push(`the id ${id} stands twice`);

// Everything that can be used has a name.
const label = (e) => (e.getAttribute("aria-label") || "").trim() || (e.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => document.getElementById(id)?.textContent || "").join("").trim();
for (const e of all("a[href], button, summary")) {
  if (seen(e) && !(label(e) || e.textContent.trim() || e.querySelector("img[alt]:not([alt='']), svg[aria-label], svg title"))) wrong.push(`${name(e)} has no name`);
}
// A name that is told contains the words that are shown (2.5.3); a heading stays a heading.
for (const e of all("a[aria-label], button[aria-label], summary[aria-label]")) {
  const shown = e.innerText.trim().toLowerCase();
  if (seen(e) && !label(e).toLowerCase().includes(shown)) wrong.push(`${name(e)} shows “${shown}” and is called “${label(e)}”`);
}
for (const e of all(":is(h1, h2, h3, h4)[role]")) wrong.push(`${name(e)} is told as a ${e.getAttribute("role")}`);
for (const e of all("input:not([type=hidden]), select, textarea")) {
  if (seen(e) && !(label(e) || [...(e.labels || [])].some((l) => l.textContent.trim()))) wrong.push(`${name(e)} ${e.name} has no label`);
}
for (const e of all("img:not([alt])")) wrong.push(`${name(e)} has no alt`);
for (const e of all("[aria-labelledby], [aria-describedby], [aria-controls]")) {
  for (const at of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
    for (const id of (e.getAttribute(at) || "").split(/\s+/).filter(Boolean)) if (!document.getElementById(id)) wrong.push(`${name(e)}: ${at} names ${id}, which is not there`);
  }
}

// What is pressed is large enough (WCAG 2.2, 2.5.8: 24 px, but for links within a line of text).
const within = (e) => e.matches("a") && getComputedStyle(e).display === "inline";
for (const e of all("a[href], button, summary, input:not([type=hidden]), select")) {
  if (within(e)) continue;
  // A box within its label is pressed by the label.
  const box = (e.closest("label") ?? e).getBoundingClientRect();
  if (seen(e) && !e.closest(".sr") && (box.height < 24 || box.width < 24)) wrong.push(`${name(e)} is ${Math.round(box.width)}×${Math.round(box.height)} px`);
}

// Words stand out from what is behind them (4.5 to 1; 3 to 1 for large ones).
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
canvas.canvas.width = canvas.canvas.height = 1;
const colours = new Map();
const rgba = (css) => { if (!colours.has(css)) colours.set(css, paint(css)); return colours.get(css); };
const paint = (css) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = css; canvas.fillRect(0, 0, 1, 1); const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const behind = (e) => {
  const layers = [];
  for (let at = e; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== "none") return null;
    layers.push(rgba(style.backgroundColor));
  }
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
};
const told = new Set();
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walk.nextNode()) {
  const e = walk.currentNode.parentElement;
  if (!walk.currentNode.textContent.trim() || !seen(e) || e.closest(".sr, [disabled], [aria-disabled=true], svg, option")) continue;
  const ground = behind(e);
  if (!ground) continue;
  const style = getComputedStyle(e);
  const a = light(over(rgba(style.color), ground)), b = light(ground);
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  if (ratio < (large ? 3 : 4.5) - 0.01 && !told.has(name(e))) { told.add(name(e)); wrong.push(`words in ${name(e)} have a contrast of ${ratio.toFixed(2)}`); }
}
return wrong;
