// A button that prints, where scripts run.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const sentence of document.querySelectorAll("[data-no-script]")) {
  sentence.hidden = true;
}
