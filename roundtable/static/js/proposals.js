// A ready salutation is one click away. Without JavaScript the field's own list offers the same.
for (const list of document.querySelectorAll("[data-fills]")) {
  const field = document.getElementById(list.dataset.fills);
  list.hidden = false;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    field.value = button.textContent;
    field.focus();
  });
}
