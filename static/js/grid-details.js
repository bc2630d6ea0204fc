// Opens what stands behind a cell beside the grid: verdict and why, confirming, disputing.
export function makeDetails(grid) {
  const beside = grid.querySelector("[data-beside]");
  let opener = null;

  async function open(cell) {
    const href = cell.querySelector(".cell-face").getAttribute("href");
    const next = `${location.pathname}${location.search}`;
    let response;
    try {
      response = await fetch(`${href}?beside=1&next=${encodeURIComponent(next)}`, { credentials: "same-origin" });
    } catch {
      response = null;
    }
    if (!response?.ok || response.redirected) return location.assign(href);
    beside.innerHTML = await response.text();
    beside.hidden = false;
    opener = cell.id;
    cell.scrollIntoView({ block: "nearest", inline: "end" });
    beside.querySelector("[data-beside-head]").focus();
  }

  function close() {
    if (beside.hidden) return;
    beside.hidden = true;
    document.getElementById(opener)?.querySelector(".cell-face")?.focus();
  }

  beside.addEventListener("click", (event) => {
    if (event.target.closest("[data-beside-close]")) close();
  });
  beside.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return { open, close };
}
