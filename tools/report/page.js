"use strict";
// Draws the treemap and filters the table. All else on the page works without a script.

const data = JSON.parse(document.getElementById("data").textContent);
const map = document.getElementById("treemap");
const crumbs = document.getElementById("crumbs");
const buttons = [...document.querySelectorAll("button[data-view]")];

function formatSize(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  let value = bytes / 1000, unit = 0;
  while (value >= 999.5 && unit < units.length - 1) { value /= 1000; unit++; }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${units[unit]}`;
}

// A tree of sizes: every file under a list of names.
function treeOf(view) {
  const root = { name: "", size: 0, children: new Map() };
  for (const [path, size, owner] of data.files) {
    const names = path.split("/").filter(Boolean);
    if (view === "package") names.unshift(data.owners[owner]);
    let node = root;
    node.size += size;
    for (const name of names) {
      if (!node.children.has(name)) node.children.set(name, { name, size: 0, children: new Map() });
      node = node.children.get(name);
      node.size += size;
    }
  }
  return root;
}

// Directories with a single child are one step.
function shortened(node) {
  let { name } = node;
  while (node.children.size === 1) {
    const [only] = node.children.values();
    name += (name ? "/" : "") + only.name;
    node = only;
  }
  return { name, node };
}

// "Squarified treemaps", Bruls, Huizing and van Wijk, 2000: rows of the best proportions.
function squarify(items, left, top, width, height) {
  const total = items.reduce((sum, item) => sum + item.size, 0);
  const scale = total ? (width * height) / total : 0;
  const placed = [];
  let start = 0;
  while (start < items.length) {
    const side = Math.min(width, height);
    let end = start, sum = 0, worst = Infinity;
    while (end < items.length) {
      const next = sum + items[end].size * scale;
      const largest = items[start].size * scale, smallest = items[end].size * scale;
      const ratio = Math.max((side * side * largest) / (next * next), (next * next) / (side * side * smallest));
      if (ratio > worst) break;
      worst = ratio; sum = next; end++;
    }
    const thickness = side ? sum / side : 0;
    let offset = 0;
    for (const item of items.slice(start, end)) {
      const length = thickness ? (item.size * scale) / thickness : 0;
      placed.push(width >= height
        ? { item, left, top: top + offset, width: thickness, height: length }
        : { item, left: left + offset, top, width: length, height: thickness });
      offset += length;
    }
    if (width >= height) { left += thickness; width -= thickness; } else { top += thickness; height -= thickness; }
    start = end;
  }
  return placed;
}

function hueOf(text) {
  let hash = 0;
  for (const letter of text) hash = (hash * 31 + letter.codePointAt(0)) >>> 0;
  return hash % 360;
}

let view = "package", trail = [];

function draw() {
  const here = trail[trail.length - 1];
  const children = [...here.node.children.values()].filter((child) => child.size > 0)
    .sort((one, other) => other.size - one.size);
  map.replaceChildren();
  for (const { item, ...place } of squarify(children, 0, 0, map.clientWidth, map.clientHeight)) {
    const { name: path, node } = shortened(item);
    const name = view === "package" && trail.length === 1 ? item.name : path;
    const box = document.createElement("div");
    for (const [side, value] of Object.entries(place)) box.style[side] = `${value}px`;
    box.style.setProperty("--hue", hueOf(item.name));
    box.title = `${name}: ${formatSize(item.size)}`;
    if (place.width > 50 && place.height > 18) {
      box.textContent = name;
      if (place.height > 36) {
        const size = document.createElement("small");
        size.textContent = formatSize(item.size);
        box.append(size);
      }
    }
    if (node.children.size) {
      box.className = "more";
      box.onclick = () => { trail.push({ name, node }); draw(); };
    }
    map.append(box);
  }
  crumbs.replaceChildren();
  trail.forEach((step, number) => {
    const last = number === trail.length - 1;
    const part = document.createElement(last ? "span" : "a");
    part.textContent = step.name || "image";
    if (!last) { part.href = "#room"; part.onclick = () => { trail = trail.slice(0, number + 1); draw(); }; }
    crumbs.append(number ? " › " : "", part);
  });
  crumbs.append(` (${formatSize(here.node.size)})`);
}

function show(name) {
  view = name;
  trail = [{ name: "", node: treeOf(view) }];
  for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.view === view);
  draw();
}

for (const button of buttons) button.onclick = () => show(button.dataset.view);
window.addEventListener("resize", draw);
show("package");

const search = document.getElementById("search");
const rows = [...document.querySelectorAll("#components tbody tr")];
const texts = rows.map((row) => row.textContent.toLowerCase());
search.oninput = () => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  rows.forEach((row, number) => {
    row.hidden = !words.every((word) => texts[number].includes(word));
    shown += row.hidden ? 0 : 1;
  });
  document.getElementById("matches").textContent = `${shown} shown`;
};
