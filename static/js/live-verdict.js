// Asks the server, while somebody types, what verdict the value would get: one arithmetic, and it lives there.
const PAUSE = 150;

function makeAsker(show) {
  let timer;
  let running;
  return (address, value) => {
    clearTimeout(timer);
    running?.abort();
    if (value.trim() === "") return show("");
    timer = setTimeout(async () => {
      running = new AbortController();
      try {
        const response = await fetch(`${address}?value=${encodeURIComponent(value)}`, { signal: running.signal });
        show(response.ok && !response.redirected ? await response.text() : "");
      } catch (error) {
        if (error.name !== "AbortError") show("");
      }
    }, PAUSE);
  };
}

// A field of a form with its verdict below it.
export function start(input) {
  const output = input.parentElement.querySelector("[data-verdict]");
  if (!output) return;
  const ask = makeAsker((html) => {
    output.innerHTML = html;
  });
  const asks = () => ask(input.dataset.verdictOf, input.value);
  input.addEventListener("input", asks);
  if (input.value !== input.defaultValue) asks(); // typed before this script was there
}

// The verdict of a grid's cell, floating under it, because a cell has no room for words.
export function makeVerdictFloat(grid) {
  const float = document.createElement("div");
  float.className = "cell-float";
  float.setAttribute("role", "status");
  float.hidden = true;
  grid.append(float);
  let input = null;
  let hint = "";

  function place() {
    if (!input?.isConnected) return hide();
    const box = input.getBoundingClientRect();
    const below = box.bottom + float.offsetHeight + 4 < window.innerHeight;
    float.style.insetBlockStart = `${below ? box.bottom + 2 : box.top - float.offsetHeight - 2}px`;
    float.style.insetInlineStart = `${Math.max(4, Math.min(box.left, window.innerWidth - float.offsetWidth - 4))}px`;
  }

  function fill(html) {
    if (!input) return;
    float.classList.remove("is-stale");
    if (html) float.innerHTML = html;
    else float.textContent = hint;
    float.hidden = !html && !hint;
    place();
  }

  const ask = makeAsker(fill);

  function show(target, address, words) {
    input = target;
    hint = words;
    fill("");
    if (target.dataset.asks) return;
    target.dataset.asks = "";
    const asks = () => {
      float.classList.add("is-stale");
      ask(address, target.value);
    };
    target.addEventListener("input", asks);
    asks();
  }

  function hide() {
    input = null;
    float.hidden = true;
  }

  window.addEventListener("scroll", place, { capture: true, passive: true });
  return { show, hide };
}
