// Shows the next dates again while times are typed: sends the form in the background and swaps the dates alone.

const PAUSE = 500;

for (const form of document.querySelectorAll("[data-next-dates]")) {
  let timer;
  let asked = 0;

  const show = async () => {
    const turn = (asked += 1);
    const sent = new FormData(form);
    sent.set("action", "dates");
    let page;
    try {
      const answer = await fetch(form.getAttribute("action"), { method: "POST", body: sent, credentials: "same-origin" });
      if (!answer.headers.get("Content-Type")?.startsWith("text/html") || answer.redirected) return;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return; // the button is still there
    }
    const fresh = page.querySelector("[data-dates]");
    if (turn === asked && fresh) form.querySelector("[data-dates]").replaceWith(fresh);
  };

  form.addEventListener("input", (event) => {
    if (event.target.closest("details") || event.target.name === "remove-kept") return;
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
}
