// @ts-check

const [OK, SIGNED_OUT] = [200, 401];

/**
 * Around the line that says what was kept of a form: says there too, in data-failed, what could not be sent.
 * Whoever leaves the page, by another of its forms too, leaves nothing behind that was typed since.
 */
class KeptNote extends HTMLElement {
  connectedCallback() {
    const [form, line] = [this.closest("form"), this.querySelector("[role='status']")];
    if (!form || !line) return;
    [this.form, this.line, this.url] = [form, line, line.getAttribute("hx-post") ?? ""];
    // On the document: this tells its news to where the answer would go, which may stand outside the form.
    document.addEventListener("htmx:beforeSwap", (event) => {
      if (!(event instanceof CustomEvent) || event.detail.xhr.status !== SIGNED_OUT) return;
      if (!form.contains(event.detail.requestConfig.elt)) return;
      // Whatever was asked for: the answer says how to sign in, and belongs here.
      Object.assign(event.detail, { shouldSwap: true, isError: false, target: line, swapOverride: "innerHTML" });
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (!(event instanceof CustomEvent)) return;
      line.className = event.detail.xhr.status === OK ? "muted small" : "field__error";
      if (event.detail.elt === line && event.detail.xhr.status !== OK) this.typed = true;
    });
    for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
      form.addEventListener(name, () => this.failed());
    }
    if (this.url) this.keepWhatIsLeft(form, line);
  }

  keepWhatIsLeft(/** @type {HTMLFormElement} */ form, /** @type {Element} */ line) {
    form.addEventListener("input", () => ([this.typed, this.told] = [true, undefined]));
    form.addEventListener("htmx:beforeRequest", (event) => {
      if (event instanceof CustomEvent && event.detail.elt === line) this.typed = false;
    });
    document.addEventListener("submit", (event) => this.leaveBy(event));
    // What is larger than a browser sends while it leaves was kept two seconds ago.
    window.addEventListener("pagehide", () => this.typed && void this.keep({ keepalive: true }).catch(() => undefined));
  }

  /**
   * Another form of the page waits until what was typed is kept; the own one takes all of it along.
   * Who was told that it could not be kept, and sends that form again, knows.
   */
  leaveBy(/** @type {SubmitEvent} */ event) {
    const other = event.target;
    if (event.defaultPrevented || !(other instanceof HTMLFormElement)) return;
    if (other === this.form) this.typed = false;
    if (!this.typed || this.told === other) return;
    event.preventDefault();
    this.keep({}).then(
      () => other.requestSubmit(event.submitter),
      () => {
        this.told = other;
        this.failed();
      },
    );
  }

  async keep(/** @type {RequestInit} */ options) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(this.form)) if (typeof value === "string") body.append(name, value);
    const answer = await fetch(this.url, { method: "POST", body, headers: { "HX-Request": "true" }, ...options });
    if (answer.status !== OK) throw new Error(`not kept: ${answer.status}`);
    this.typed = false;
  }

  failed() {
    if (!this.line) return;
    this.line.textContent = this.dataset.failed ?? "";
    this.line.className = "field__error";
  }

  /** @type {HTMLFormElement | undefined} */
  form = undefined;
  /** @type {Element | undefined} */
  line = undefined;
  url = "";
  /** Whose sending was held up. @type {HTMLFormElement | undefined} */
  told = undefined;
  /** Whether something was typed since it was last kept. */
  typed = false;
}

customElements.define("kept-note", KeptNote);
