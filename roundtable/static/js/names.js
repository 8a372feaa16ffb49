// What can be chosen follows what is typed. Without JavaScript the first names stand there, and any name can be typed.
for (const list of document.querySelectorAll("[data-names]")) {
  let waiting, asked = 0;

  async function look(words) {
    const mine = ++asked;
    const answer = await fetch(`${list.dataset.names}?q=${encodeURIComponent(words)}`);
    if (!answer.ok || mine !== asked) return;
    list.replaceChildren(...(await answer.json()).map((name) => new Option("", name)));
  }

  for (const input of document.querySelectorAll(`input[list="${list.id}"]`)) {
    input.addEventListener("input", (event) => {
      clearTimeout(waiting);
      // Chosen from the list: there is nothing left to look for.
      if (event.inputType) waiting = setTimeout(look, 250, input.value);
    });
  }
}
