// The palette: "/" or Ctrl-K opens it, typing asks the search page for its results, arrows choose, Enter opens.
// Without JavaScript the field in the bar is a plain search form that leads to the same results.
const WAIT = 120;

export function start(dialog) {
  const field = dialog.querySelector("input");
  const results = dialog.querySelector(".palette-results");
  const status = dialog.querySelector(".palette-status");
  let asked = 0;
  let timer;

  const options = () => [...results.querySelectorAll("[role=option]")];
  const chosen = () => results.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return field.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function move(step) {
    const all = options();
    if (all.length === 0) return;
    const now = all.indexOf(chosen());
    choose(all[(now + step + all.length) % all.length]);
  }

  async function ask() {
    const mine = ++asked;
    const url = `${dialog.dataset.paletteUrl}?${new URLSearchParams({ q: field.value })}`;
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
      if (answer.redirected || !answer.ok) throw new Error(answer.statusText);
      const fragment = await answer.text();
      if (mine !== asked) return; // somebody typed on meanwhile
      results.innerHTML = fragment;
      results.scrollTop = 0;
      const hasOptions = options().length > 0; // a listbox without options would be none
      results.setAttribute("role", hasOptions ? "listbox" : "group");
      field.setAttribute("aria-expanded", String(hasOptions));
      choose(options()[0]);
      status.textContent = results.querySelector("[data-said]")?.dataset.said ?? "";
    } catch {
      if (mine === asked) window.location.assign(url); // the page itself says what is wrong
    }
  }

  function open(words) {
    if (dialog.open) return;
    field.value = words;
    dialog.showModal();
    field.select();
    ask();
  }

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input, textarea, select, [contenteditable]");
    const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
    const isCtrlK = event.key?.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey;
    if (!isSlash && !isCtrlK) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open("");
  });
  for (const opener of document.querySelectorAll("[data-palette-opener]")) {
    opener.addEventListener("input", () => {
      const typed = opener.value;
      opener.value = "";
      open(typed);
      field.setSelectionRange(typed.length, typed.length);
    });
  }
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Home" && event.ctrlKey) choose(options()[0]);
    else if (event.key === "End" && event.ctrlKey) choose(options().at(-1));
    else if (event.key === "Enter" && chosen()) chosen().click();
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // the backdrop
  });
}
