// @ts-check

const [OK, SIGNED_OUT] = [200, 401];

/** Around the line that says what was kept of a form: says there too, in data-failed, what could not be sent. */
class KeptNote extends HTMLElement {
  connectedCallback() {
    const [form, line] = [this.closest("form"), this.querySelector("[role='status']")];
    if (!form || !line) return;
    // On the document: this tells its news to where the answer would go, which may stand outside the form.
    document.addEventListener("htmx:beforeSwap", (event) => {
      if (!(event instanceof CustomEvent) || event.detail.xhr.status !== SIGNED_OUT) return;
      if (!form.contains(event.detail.requestConfig.elt)) return;
      // Whatever was asked for: the answer says how to sign in, and belongs here.
      Object.assign(event.detail, { shouldSwap: true, isError: false, target: line, swapOverride: "innerHTML" });
    });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event instanceof CustomEvent) line.className = event.detail.xhr.status === OK ? "muted small" : "field__error";
    });
    for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
      form.addEventListener(name, () => (line.textContent = this.dataset.failed ?? ""));
    }
  }
}

customElements.define("kept-note", KeptNote);
