// Lets a file be dropped on the box around a file field; the field itself works without this.
export function start(box) {
  const field = box.querySelector('input[type="file"]');
  if (!field) return;
  box.querySelector("[data-file-drop-hint]")?.removeAttribute("hidden");
  for (const name of ["dragenter", "dragover"]) {
    box.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      box.classList.add("upload-drop-over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    box.addEventListener(name, () => box.classList.remove("upload-drop-over"));
  }
  box.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
    field.focus();
  });
}
