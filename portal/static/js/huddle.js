// A clock for the meeting, off until somebody starts it. Nothing is kept of it, and without scripts there is none.

const SECOND = 1000;
const two = (number) => String(number).padStart(2, "0");

for (const part of document.querySelectorAll("[data-clock]")) {
  const button = part.querySelector("button");
  const told = part.querySelector("[role=timer]");
  let since = null;
  let ticking;

  const show = () => {
    const seconds = Math.floor((Date.now() - since) / SECOND);
    told.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  };

  button.addEventListener("click", () => {
    const isOn = since !== null;
    clearInterval(ticking);
    since = isOn ? null : Date.now();
    button.setAttribute("aria-pressed", String(!isOn));
    if (isOn) {
      told.textContent = "";
    } else {
      show();
      ticking = setInterval(show, SECOND);
    }
  });
  part.hidden = false;
}
