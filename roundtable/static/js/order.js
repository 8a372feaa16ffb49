// Dragging people into order. The buttons and the numbers do the same; with JavaScript they move at once, and saving is one deed.
import "../sortable/sortable.min.js";

const list = document.querySelector("[data-order]");

function mark() {
  const people = [...list.children];
  people.forEach((person, place) => {
    person.querySelector("[name=up]").disabled = place === 0;
    person.querySelector("[name=down]").disabled = place === people.length - 1;
    person.querySelector("[name^=place-]").value = place + 1;
  });
}

if (list) {
  list.classList.add("rt-order--draggable");
  window.Sortable.create(list, { animation: 120, handle: ".rt-order__name", onEnd: mark });
  list.addEventListener("change", (event) => {
    // Sortable has a "change" of its own while somebody is dragged.
    if (!event.target.matches("[name^=place-]")) return;
    const person = event.target.closest("li");
    const others = [...list.children].filter((each) => each !== person);
    const place = Math.min(Math.max(1, Number(event.target.value) || others.indexOf(person.nextElementSibling) + 1), list.children.length);
    if (place > others.length) list.append(person);
    else others[place - 1].before(person);
    mark();
    event.target.focus();
    person.scrollIntoView({ block: "nearest" });
  });
  list.addEventListener("keydown", (event) => {
    // Enter in a number moves; it does not press the first arrow of the page.
    if (event.key !== "Enter" || !event.target.matches("[name^=place-]")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
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
