// The readings grid as a spreadsheet: arrows, Enter and Tab move, typing edits, Escape takes back, a block can be
// pasted. Without it each cell is a link to its reading. Saving, the live verdict and the details stand in modules
// of their own.
import { makeDetails } from "./grid-details.js";
import { pasteBlock } from "./grid-paste.js";
import { makeSaver } from "./grid-saver.js";
import { makeVerdictFloat } from "./live-verdict.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export function start(grid) {
  const saver = makeSaver(grid);
  const details = makeDetails(grid);
  const float = makeVerdictFloat(grid);
  const faceOf = (cell) => cell?.querySelector(".cell-face");
  const inputOf = (cell) => cell?.querySelector(":scope > .cell-input");
  const cellOf = (element) => element.closest?.(".cell");

  // Own cells are stops of the Tab key; among the others the arrows move.
  for (const face of grid.querySelectorAll(".cell:not([data-cell]) > .cell-face")) face.tabIndex = -1;
  if (!grid.querySelector("[data-cell]")) {
    const first = grid.querySelector(".cell-face");
    if (first) first.tabIndex = 0;
  }

  for (const frame of grid.querySelectorAll(".grid-frame")) frame.scrollLeft = frame.scrollWidth;

  function lines(cell) {
    return [...cell.closest("table").querySelectorAll("tr[data-line]")];
  }

  function neighbour(cell, down, right) {
    const all = lines(cell);
    let row = all.indexOf(cell.parentElement);
    let column = cell.cellIndex;
    for (;;) {
      row += down;
      column += right;
      const found = all[row]?.cells[column];
      if (!found || column < 1) return null;
      if (faceOf(found)) return found;
    }
  }

  function focus(cell) {
    const target = inputOf(cell) ?? cell?.querySelector("[data-conflict] button") ?? faceOf(cell);
    if (!target) return;
    if (target.tabIndex < 0) target.tabIndex = 0;
    target.focus();
    target.select?.();
  }

  function edit(cell, text) {
    if (!cell?.dataset.cell || cell.querySelector("[data-conflict]")) return focus(cell);
    if (inputOf(cell)) return focus(cell);
    const line = cell.parentElement;
    const input = document.createElement("input");
    input.className = "cell-input";
    input.type = "text";
    input.maxLength = 60;
    input.autocomplete = "off";
    input.inputMode = "ratio" in line.dataset ? "text" : "decimal";
    input.dataset.input = "";
    const period = cell.closest("table").tHead.rows[0].cells[cell.cellIndex].textContent;
    input.setAttribute("aria-label", `${line.dataset.line}, ${period}`);
    input.value = text ?? cell.dataset.unsaved ?? cell.dataset.typed;
    cell.classList.add("is-editing");
    cell.append(input);
    input.focus();
    if (text === undefined) input.select();
    const hint = "ratio" in line.dataset ? grid.dataset.wordRatio : "";
    float.show(input, `${faceOf(cell).getAttribute("href")}verdict/`, hint);
  }

  function close(cell) {
    float.hide();
    const input = inputOf(cell);
    if (input) input.dataset.closing = ""; // removing what has the focus makes it leave, which must not save
    input?.remove();
    cell.querySelector(":scope > .cell-problem")?.remove();
    cell.classList.remove("is-editing", "is-open");
  }

  // Leaves the input and saves what changed; gives back the cell, which may be a new one.
  function commit(cell) {
    const input = inputOf(cell);
    if (!input) return;
    const said = input.value.trim();
    const was = cell.dataset.unsaved ?? cell.dataset.typed;
    const isRefused = input.getAttribute("aria-invalid") === "true";
    if (said === "" && cell.dataset.typed !== "") saver.say(grid.dataset.wordEmpty);
    close(cell);
    if (said === "" || (said === was && !isRefused && !("unsaved" in cell.dataset))) return;
    saver.save(cell, said);
  }

  function restore(cell) {
    close(cell);
    saver.forget(cell);
    faceOf(cell).focus();
  }

  function nextStop(cell, step) {
    const stops = [...grid.querySelectorAll("[data-cell]")];
    return stops[stops.indexOf(cell) + step];
  }

  function whileEditing(event, cell) {
    const { key } = event;
    const isVertical = key === "ArrowUp" || key === "ArrowDown";
    if (key === "Escape") {
      event.preventDefault();
      restore(cell);
    } else if (key === "Enter" || isVertical) {
      event.preventDefault();
      const down = key === "ArrowUp" || (key === "Enter" && event.shiftKey) ? -1 : 1;
      const target = neighbour(cell, down, 0) ?? cell;
      commit(cell);
      focus(target);
    } else if (key === "Tab") {
      const target = nextStop(cell, event.shiftKey ? -1 : 1);
      if (target) event.preventDefault();
      commit(cell);
      focus(target ?? cell);
    }
  }

  function whileMoving(event, cell) {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key in ARROWS) {
      event.preventDefault();
      focus(neighbour(cell, ...ARROWS[key]));
    } else if (key === " ") {
      event.preventDefault();
      details.open(cell);
    } else if (key === "Escape") {
      details.close();
    } else if (!cell.dataset.cell) {
      return;
    } else if (key === "Enter" || key === "F2") {
      event.preventDefault();
      edit(cell);
    } else if (key === "Backspace" || key === "Delete") {
      event.preventDefault();
      edit(cell, "");
    } else if (key.length === 1) {
      event.preventDefault();
      edit(cell, key);
    }
  }

  grid.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.isComposing) return;
    if (event.target.matches("[data-input]")) whileEditing(event, cell);
    else if (event.target.matches(".cell-face")) whileMoving(event, cell);
    else if (event.key === "Escape" && event.target.closest("[data-conflict]")) take(cell, "theirs");
  });

  grid.addEventListener("focusout", (event) => {
    const cell = cellOf(event.target);
    if (!event.target.matches("[data-input]") || !cell?.isConnected || "closing" in event.target.dataset) return;
    if (event.target.getAttribute("aria-invalid") === "true" && event.target.value === event.target.defaultValue) return;
    commit(cell);
  });

  grid.addEventListener("focusin", (event) => {
    const face = event.target.closest(".cell-face");
    if (event.target.matches("[data-input][aria-invalid]"))
      float.show(event.target, `${faceOf(cellOf(event.target)).getAttribute("href")}verdict/`, "");
    if (!face || face.tabIndex === 0 || grid.querySelector("[data-cell]")) return;
    for (const other of grid.querySelectorAll('.cell-face[tabindex="0"]')) other.tabIndex = -1;
    face.tabIndex = 0;
  });

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take], [data-retry]");
    const cell = cellOf(event.target);
    if (button?.dataset.take) return take(cell, button.dataset.take);
    if (button) return saver.save(cell, cell.dataset.unsaved);
    const face = event.target.closest(".cell-face");
    if (!face || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (cell.dataset.cell && event.pointerType === "touch") edit(cell);
    else if (cell.dataset.cell) focus(cell);
    else details.open(cell);
  });

  grid.addEventListener("dblclick", (event) => {
    const cell = cellOf(event.target);
    if (cell?.dataset.cell && event.target.closest(".cell-face")) edit(cell);
  });

  function take(cell, whose) {
    const conflict = cell.querySelector("[data-conflict]");
    const said = conflict.querySelector("[data-said]").dataset.said;
    conflict.remove();
    cell.classList.remove("is-open");
    if (whose === "mine") saver.save(cell, said);
    else saver.forget(cell);
    faceOf(cell).focus();
  }

  grid.addEventListener("paste", (event) => {
    const cell = cellOf(event.target);
    if (!cell) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const isBlock = /[\t\n]/.test(text);
    if (!isBlock && event.target.matches("[data-input]")) return;
    event.preventDefault();
    if (!isBlock) return edit(cell, text.trim());
    if (inputOf(cell)) close(cell);
    faceOf(cell)?.focus();
    pasteBlock({ cell, text, lines: lines(cell), saver });
  });
}
