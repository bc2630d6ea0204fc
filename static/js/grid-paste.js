// Lays a block copied from a spreadsheet over the grid, from the cell in hand to the right and down.
export function pasteBlock({ cell, text, lines, saver }) {
  const block = [];
  let leftOut = 0;
  const top = lines.indexOf(cell.parentElement);
  text.split("\n").forEach((row, down) => {
    row.split("\t").forEach((said, right) => {
      if (said.trim() === "") return;
      const target = lines[top + down]?.cells[cell.cellIndex + right];
      if (!target?.dataset.cell) leftOut += 1;
      else if (said.trim() !== target.dataset.typed) block.push([target, said.trim()]);
    });
  });
  for (const [target] of block) {
    const input = target.querySelector(":scope > .cell-input");
    if (input) input.dataset.closing = "";
    input?.remove();
    target.querySelector("[data-conflict]")?.remove();
    target.classList.remove("is-editing", "is-open");
  }
  saver.saveBlock(block, leftOut);
}
