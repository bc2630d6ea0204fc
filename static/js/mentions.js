// "@" and the beginning of a name offers the people who can be named; arrows choose, Enter or Tab takes, Escape closes.
// The people stand in a list of the page, which is all there is without JavaScript.
const MOST = 6;

export function start(textarea) {
  const source = document.getElementById(textarea.dataset.mentions);
  if (!source) return;
  const people = [...source.querySelectorAll("[data-name]")].map((item) => item.dataset);
  const isInternal = () => textarea.form.elements.reach?.value === "internal";
  const list = document.createElement("ul");
  list.className = "mention-list";
  list.id = `${textarea.id}-mentions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", source.closest("details").querySelector("summary").textContent);
  list.hidden = true;
  textarea.parentElement.append(list);
  textarea.setAttribute("aria-controls", list.id);
  textarea.setAttribute("aria-autocomplete", "list");
  let chosen = 0;

  const typed = () => {
    const before = textarea.value.slice(0, textarea.selectionStart);
    return /(^|[^\p{L}\p{N}])@([^@\n]{0,40})$/u.exec(before)?.[2] ?? null;
  };

  const close = () => {
    list.hidden = true;
    textarea.removeAttribute("aria-activedescendant");
  };

  const choose = (index) => {
    const options = [...list.children];
    chosen = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    textarea.setAttribute("aria-activedescendant", options[chosen].id);
  };

  const take = (name) => {
    const start = textarea.selectionStart - typed().length;
    textarea.setRangeText(`${name} `, start, textarea.selectionStart, "end");
    close();
    textarea.focus();
  };

  const offer = () => {
    const words = typed()?.toLocaleLowerCase();
    if (words === undefined) return close();
    const fitting = people
      .filter(({ side }) => side === "own" || !isInternal())
      .filter(({ name }) => name.toLocaleLowerCase().split(" ").some((_part, at, parts) => parts.slice(at).join(" ").startsWith(words)))
      .slice(0, MOST);
    if (fitting.length === 0 || fitting.some(({ name }) => name.toLocaleLowerCase() === words.trim())) return close();
    list.replaceChildren(...fitting.map(({ name }, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.textContent = name;
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        take(name);
      });
      return option;
    }));
    list.hidden = false;
    choose(0);
  };

  textarea.addEventListener("input", offer);
  textarea.addEventListener("blur", close);
  textarea.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}
