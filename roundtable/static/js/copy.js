// A button that copies a text; it stays hidden where the browser cannot.
export function offerCopying(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !source) return;

  const label = button.querySelector(".kern-label");
  const words = label.textContent;
  const said = document.createElement("span");
  said.className = "kern-sr-only";
  said.setAttribute("role", "status");
  button.after(said);

  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.value ?? source.innerText);
    label.textContent = said.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = words; said.textContent = ""; }, 2500);
  });
}
