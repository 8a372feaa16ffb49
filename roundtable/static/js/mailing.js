// The number on the button follows the ticks, those of other pages included; the bar follows the letters.
const counted = document.querySelector("[data-counted]");
if (counted) {
  const names = counted.dataset.counted.split(" ");
  const label = counted.querySelector("button .kern-label");
  const button = counted.querySelector("button");
  const form = counted.closest("form");
  let number = Number(counted.dataset.number);
  // A browser may have kept ticks from before.
  for (const box of form.querySelectorAll("[type=checkbox]")) if (names.includes(box.name)) number += box.checked - box.defaultChecked;
  const say = () => {
    label.textContent = number === 1 ? counted.dataset.one : counted.dataset.many.replace("{n}", number);
    button.disabled = number === 0;
    const said = form.querySelector("[data-ticked]");
    if (said) said.textContent = number === 1 ? said.dataset.one : said.dataset.many.replace("{n}", number);
  };
  form.addEventListener("change", (event) => {
    if (event.target.type !== "checkbox" || !names.includes(event.target.name)) return;
    number += event.target.checked ? 1 : -1;
    say();
  });
  say();
}

const running = document.querySelector("[data-progress]");
if (running) {
  const bar = running.querySelector("progress");
  const words = running.querySelector("strong");
  const look = async () => {
    try {
      const answer = await fetch(running.dataset.progress, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const figures = await answer.json();
      bar.value = figures.done;
      bar.max = figures.total;
      words.textContent = figures.words;
      if (figures.waiting) setTimeout(look, 2000);
      else location.reload();
    } catch {
      setTimeout(look, 5000);
    }
  };
  setTimeout(look, 2000);
}
