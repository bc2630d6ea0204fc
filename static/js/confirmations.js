// Ticks all readings, or all of one KPI, at once, and says how many are ticked.
export function start(form) {
  const said = form.querySelector("[data-ticked]");
  const boxes = (within) => [...within.querySelectorAll('input[name="reading"]')];

  function look() {
    for (const [selector, within] of [["[data-tick-all]", () => form], ["[data-tick-some]", (label) => label.closest("[data-tick-group]")]])
      for (const label of form.querySelectorAll(selector)) {
        const all = boxes(within(label));
        const ticked = all.filter((box) => box.checked).length;
        const master = label.querySelector("input");
        master.checked = ticked === all.length;
        master.indeterminate = ticked > 0 && ticked < all.length;
      }
    if (said) said.textContent = said.dataset.word.replace("%1", boxes(form).filter((box) => box.checked).length);
  }

  for (const label of form.querySelectorAll("[data-tick-all], [data-tick-some]")) {
    label.hidden = false;
    const within = label.closest("[data-tick-group]") ?? form;
    label.querySelector("input").addEventListener("change", (event) => {
      for (const box of boxes(within)) box.checked = event.target.checked;
      look();
    });
  }
  form.addEventListener("change", look);
  look();
}
