// Saves cells, one request after the other for each of them, and never lets go of a text that is not saved.
export function makeSaver(grid) {
  const status = grid.querySelector("[data-status]");
  const words = grid.dataset;
  const queues = new Map();
  let underWay = 0;

  const say = (text) => {
    if (status) status.textContent = text;
  };
  const cellOf = (key) => document.getElementById(`cell-${key}`);
  const unsaved = () => grid.querySelectorAll("[data-unsaved], [data-conflict], [data-input]");

  function showSaving(cell, said) {
    cell.querySelector(":scope > .cell-problem")?.remove();
    cell.classList.remove("is-failed");
    cell.classList.add("is-saving");
    cell.dataset.unsaved = said;
    cell.querySelector(".cell-text").textContent = said;
    underWay += 1;
    say(words.wordSaving);
  }

  // Once no cell is under way any more, how far the newest periods are is asked again, in the server's words.
  let counting;
  function count() {
    clearTimeout(counting);
    if (underWay > 0) return;
    counting = setTimeout(async () => {
      try {
        const response = await fetch(location.href, { credentials: "same-origin" });
        if (!response.ok || response.redirected) return;
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        for (const old of grid.querySelectorAll("[data-progress]")) {
          const fresh = page.getElementById(old.id);
          if (fresh) old.replaceWith(fresh);
        }
      } catch {
        // No connection: the count stays as it was, and the cells say what is not saved.
      }
    }, 600);
  }

  // Puts the server's cell in the place of ours, unless somebody is typing in it again.
  function put(key, status, html) {
    underWay -= 1;
    if (status === 200) count();
    const old = cellOf(key);
    if (!old) return;
    const template = document.createElement("template");
    template.innerHTML = html;
    const fresh = template.content.querySelector("td");
    if (!fresh) return fail(key, words.wordForbidden, false);
    const input = old.querySelector(":scope > .cell-input");
    if (input) {
      delete old.dataset.unsaved;
      old.classList.remove("is-saving");
      if (status === 200) Object.assign(old.dataset, { version: fresh.dataset.version, typed: fresh.dataset.typed });
      return;
    }
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (hadFocus) (fresh.querySelector("[data-input], [data-conflict] button") ?? fresh.querySelector("a")).focus();
  }

  function fail(key, message, isCounted = true) {
    if (isCounted) underWay -= 1;
    const cell = cellOf(key);
    if (!cell) return;
    cell.classList.remove("is-saving");
    cell.classList.add("is-failed");
    const problem = document.createElement("p");
    problem.className = "cell-problem";
    problem.setAttribute("role", "alert");
    const retry = document.createElement("button");
    retry.type = "button";
    retry.className = "button button-secondary button-small";
    retry.dataset.retry = "";
    retry.textContent = words.wordRetry;
    problem.append(`${message} `, retry);
    cell.querySelector(":scope > .cell-problem")?.remove();
    cell.append(problem);
    say(message);
  }

  // The answer of the server, or null when there was none that can be used; then every key has been told.
  async function send(url, body, keys) {
    const headers = { "X-CSRFToken": words.csrf, "HX-Request": "true" };
    let response;
    try {
      response = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" });
    } catch {
      for (const key of keys) fail(key, words.wordOffline);
      return null;
    }
    if ([200, 409, 422].includes(response.status) && !response.redirected) return response;
    const message = response.status >= 500 ? words.wordTrouble : words.wordForbidden;
    for (const key of keys) fail(key, message);
    return null;
  }

  async function saveOne(key, said) {
    const cell = cellOf(key);
    if (!cell) return;
    const body = new URLSearchParams({ said, version: cell.dataset.version });
    const response = await send(cell.querySelector(".cell-face").getAttribute("href"), body, [key]);
    if (!response) return;
    put(key, response.status, await response.text());
    if (response.ok && underWay === 0) say(words.wordSaved);
    else if (!response.ok) say(cellOf(key)?.querySelector(".cell-problem, .cell-conflict p")?.textContent ?? "");
  }

  function save(cell, said) {
    const key = cell.dataset.cell;
    showSaving(cell, said);
    const before = queues.get(key) ?? Promise.resolve();
    const after = before.then(() => saveOne(key, said));
    queues.set(key, after);
    return after;
  }

  async function saveBlock(block, leftOut) {
    const body = new URLSearchParams();
    for (const [cell, said] of block) {
      const key = cell.dataset.cell;
      body.set(`cell-${key}`, said);
      body.set(`version-${key}`, cell.dataset.version);
      showSaving(cell, said);
    }
    const keys = block.map(([cell]) => cell.dataset.cell);
    await Promise.all(keys.map((key) => queues.get(key)));
    const response = await send(words.url, body, keys);
    if (!response) return;
    const { cells } = await response.json();
    for (const key of keys) {
      const answer = cells[key];
      if (answer?.html) put(key, answer.status, answer.html);
      else fail(key, answer?.problem || words.wordForbidden);
    }
    const saved = keys.filter((key) => cells[key]?.status === 200).length;
    const figures = [saved, keys.length - saved, leftOut];
    say(figures.reduce((text, figure, at) => text.replace(`%${at + 1}`, figure), words.wordPasted));
  }

  // Back to what stands on the server.
  function forget(cell) {
    cell.querySelector(":scope > .cell-problem")?.remove();
    cell.classList.remove("is-failed");
    if (!("unsaved" in cell.dataset)) return;
    delete cell.dataset.unsaved;
    const key = cell.dataset.cell;
    queues.set(key, (queues.get(key) ?? Promise.resolve()).then(() => reload(key)));
  }

  async function reload(key) {
    const cell = cellOf(key);
    if (cell) cell.querySelector(".cell-text").textContent = cell.dataset.typed || "–";
  }

  window.addEventListener("online", () => {
    for (const cell of grid.querySelectorAll(".cell.is-failed[data-unsaved]")) save(cell, cell.dataset.unsaved);
  });
  window.addEventListener("beforeunload", (event) => {
    if ([...unsaved()].some((element) => element.dataset.input === undefined || element.value !== element.closest(".cell").dataset.typed))
      event.preventDefault();
  });

  return { save, saveBlock, forget, say };
}
