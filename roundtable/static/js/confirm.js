// A dangerous deed that unfolds in place becomes a dialog.
export function confirmInDialog(details) {
  const summary = details.querySelector("summary");
  const body = details.querySelector("[data-confirm-body]");

  const opener = document.createElement("button");
  opener.type = "button";
  opener.id = details.id;
  opener.className = summary.className;
  opener.append(...summary.childNodes);

  const dialog = document.createElement("dialog");
  dialog.className = "rt-dialog";
  dialog.setAttribute("aria-labelledby", `${details.id}-question`);

  const keep = document.createElement("button");
  keep.type = "button";
  keep.className = "kern-btn kern-btn--secondary";
  const label = document.createElement("span");
  label.className = "kern-label";
  label.textContent = details.dataset.keep;
  keep.append(label);

  body.querySelector("form").append(keep);
  dialog.append(body);
  opener.addEventListener("click", () => { dialog.showModal(); keep.focus(); });
  keep.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

  details.replaceWith(opener);
  document.body.append(dialog);
}
