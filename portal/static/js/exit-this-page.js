// Leaves the page at once: by its link, or by the Shift key pressed three times. After GOV.UK's component (MIT).

const TIMES = 3;
const PAUSE = 5000;

for (const part of document.querySelectorAll(".exit-this-page")) {
  const link = part.querySelector("[data-exit]");
  const said = part.querySelector("[data-exit-said]");
  let presses = 0;
  let isAlone = false;
  let timer;

  const leave = () => {
    said.textContent = part.dataset.exitLeaving;
    document.title = "\u200b";
    document.documentElement.classList.add("is-leaving");
    // Takes this page's place, so that "back" does not return to it. In a frame the page around goes, where it may.
    try {
      window.top.location.replace(link.href);
    } catch {
      window.location.replace(link.href);
    }
  };

  const forget = () => {
    if (presses) said.textContent = part.dataset.exitLate;
    presses = 0;
  };

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  // A Shift that is held for a capital letter does not count.
  document.addEventListener("keydown", (event) => {
    isAlone = event.key === "Shift" && !event.repeat;
    if (!isAlone && event.key !== "Shift") presses = 0;
  });

  document.addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !isAlone) return;
    isAlone = false;
    clearTimeout(timer);
    presses += 1;
    if (presses >= TIMES) {
      leave();
      return;
    }
    said.textContent = part.dataset[`exitWords-${presses}`];
    timer = setTimeout(forget, PAUSE);
  });
}

// Come back through the browser's memory of pages, it is a page like any other again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.documentElement.classList.remove("is-leaving");
});
