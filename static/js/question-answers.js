// @ts-check

const WAIT = 600;
const SHORTEST = 8;

/**
 * Shows answers below a question while it is typed. data-url takes what stands in "subject" and "body" of the form
 * and answers with HTML, nothing when there is no answer. Whatever goes wrong, the question can be sent.
 */
class QuestionAnswers extends HTMLElement {
  connectedCallback() {
    const form = this.closest("form");
    if (!form) return;
    this.form = form;
    form.addEventListener("input", (event) => {
      const field = event.target;
      if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return;
      if (field.name !== "subject" && field.name !== "body") return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.ask(), WAIT);
    });
  }

  typed() {
    const data = new FormData(this.form);
    const typed = new URLSearchParams();
    for (const name of ["csrfmiddlewaretoken", "subject", "body"]) typed.set(name, String(data.get(name) ?? ""));
    return typed;
  }

  async ask() {
    const typed = this.typed();
    const question = `${typed.get("subject")} ${typed.get("body")}`.trim();
    this.request?.abort();
    if (question.length < SHORTEST) return this.replaceChildren();
    this.request = new AbortController();
    try {
      const answer = await fetch(this.dataset.url ?? "", { method: "POST", body: typed, signal: this.request.signal });
      if (answer.ok) this.show(await answer.text());
    } catch {
      // Without suggestions the form is as it always was.
    }
  }

  /** @param {string} html as the server made it */
  show(html) {
    const shown = [...this.querySelectorAll("summary")].map((summary) => summary.textContent);
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const found = [...parsed.querySelectorAll("summary")].map((summary) => summary.textContent);
    // The same answers stay as they are: somebody may be reading one.
    if (shown.join("\n") !== found.join("\n")) this.replaceChildren(...parsed.body.children);
  }
}

customElements.define("question-answers", QuestionAnswers);
