// Dragging people into order. The buttons do the same; with JavaScript they move at once, and saving is one deed.
import "../sortable/sortable.min.js";

const list = document.querySelector("[data-order]");

function mark() {
  const people = [...list.children];
  people.forEach((person, place) => {
    person.querySelector("[name=up]").disabled = place === 0;
    person.querySelector("[name=down]").disabled = place === people.length - 1;
  });
}

if (list) {
  list.classList.add("rt-order--draggable");
  window.Sortable.create(list, { animation: 120, handle: ".rt-order__name", onEnd: mark });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[name=up], [name=down]");
    if (!button) return;
    event.preventDefault();
    const person = button.closest("li");
    if (button.name === "up") person.previousElementSibling?.before(person);
    else person.nextElementSibling?.after(person);
    mark();
    // The other button, where this one has reached the end.
    (button.disabled ? person.querySelector("button:not(:disabled)") : button)?.focus();
  });
}
