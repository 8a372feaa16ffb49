// The number on the button follows the ticks; the bar follows the letters.
const counted = document.querySelector("[data-counted]");
if (counted) {
  const label = counted.querySelector("button .kern-label");
  const button = counted.querySelector("button");
  const boxes = document.querySelectorAll("[name=invitations]");
  const count = () => {
    const number = [...boxes].filter((box) => box.checked).length;
    label.textContent = number === 1 ? counted.dataset.one : counted.dataset.many.replace("{n}", number);
    button.disabled = number === 0;
  };
  boxes.forEach((box) => box.addEventListener("change", count));
  count();
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
