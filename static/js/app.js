// Loads a behaviour only on pages that ask for it by a data- attribute. Each module's `start(root)` may be
// called again for a part of the page that htmx brought in, and must then touch that part only.
const behaviours = [
  ["[data-theme-toggle]", () => import("./theme-toggle.js")],
  ["[data-menu]", () => import("./menu.js")],
  ["[data-palette]", () => import("./palette.js")],
  ["[data-confirm]", () => import("./confirm.js")],
  ["[data-focus-on-load]", () => import("./focus-on-load.js")],
  ["[data-chart-readout]", () => import("./chart-readout.js")],
  ["[data-file-drop]", () => import("./file-drop.js")],
  ["[data-copy]", () => import("./copy.js")],
  ["[data-mentions]", () => import("./mentions.js")],
  ["[data-grid]", () => import("./grid.js")],
  ["[data-verdict-of]", () => import("./live-verdict.js")],
  ["[data-confirmations]", () => import("./confirmations.js")],
  ['form[method="post"]', () => import("./sent-once.js")],
];

async function start(root) {
  for (const [selector, load] of behaviours) {
    const found = [...root.querySelectorAll(selector)];
    if (root instanceof Element && root.matches(selector)) found.push(root);
    if (found.length === 0) continue;
    const { start: startBehaviour } = await load();
    for (const element of found) {
      if (element.dataset.started?.includes(selector)) continue;
      element.dataset.started = `${element.dataset.started ?? ""}${selector}`;
      startBehaviour(element);
    }
  }
}

start(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) start(event.target);
});
