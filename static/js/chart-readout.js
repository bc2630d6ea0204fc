// Says which period the pointer is over, or the arrow keys moved to; the words stand in each column's own title.
export function start(figure) {
  const frame = figure.querySelector(".band-chart-frame");
  const readout = figure.querySelector(".band-chart-readout");
  const slots = [...figure.querySelectorAll(".band-chart-slot")];
  if (slots.length === 0) return;
  const says = slots.map((slot) => slot.textContent);
  const resting = readout.textContent;
  let current = slots.length - 1;

  function rest() {
    slots[current].classList.remove("is-read");
    readout.textContent = resting;
  }

  function read(next) {
    slots[current].classList.remove("is-read");
    current = Math.min(Math.max(next, 0), slots.length - 1);
    slots[current].classList.add("is-read");
    readout.textContent = says[current];
  }

  // The same words beside the pointer would be said twice.
  for (const slot of slots) slot.replaceChildren();
  readout.setAttribute("aria-live", "polite");
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", figure.dataset.chartReadout);
  slots.forEach((slot, place) => slot.addEventListener("pointerenter", () => read(place)));
  frame.addEventListener("pointerleave", rest);
  frame.addEventListener("blur", rest);
  frame.addEventListener("focus", () => read(current));
  const moves = { ArrowLeft: () => current - 1, ArrowRight: () => current + 1, Home: () => 0, End: () => slots.length - 1 };
  frame.addEventListener("keydown", (event) => {
    if (!(event.key in moves)) return;
    event.preventDefault();
    read(moves[event.key]());
  });
}
