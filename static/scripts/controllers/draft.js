// What was typed survives a closed lid, a wrong link or a lost connection, in this tab only.
import { Controller } from "@hotwired/stimulus";

const SOON_MS = 300;

export default class extends Controller {
  static targets = ["state"];
  static values = { key: String, saved: String };

  connect() {
    this.element.addEventListener("input", this.later);
    this.element.addEventListener("turbo:submit-end", this.sent);
    // A form that came back with errors already carries what was sent.
    if (!this.element.querySelector("[aria-invalid=true]")) this.restore();
  }

  disconnect() {
    clearTimeout(this.timer);
    this.element.removeEventListener("input", this.later);
    this.element.removeEventListener("turbo:submit-end", this.sent);
  }

  later = () => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SOON_MS);
  };

  sent = ({ detail: { success } }) => {
    clearTimeout(this.timer);
    if (success) sessionStorage.removeItem(this.place);
  };

  save() {
    const entries = this.fields.filter((field) => !isTick(field) || field.checked).map((field) => [field.name, field.value]);
    sessionStorage.setItem(this.place, JSON.stringify(entries));
    if (this.hasStateTarget) this.stateTarget.textContent = this.savedValue;
  }

  restore() {
    const entries = JSON.parse(sessionStorage.getItem(this.place) ?? "null");
    if (!entries) return;
    for (const field of this.fields) {
      const values = entries.filter(([name]) => name === field.name).map(([, value]) => value);
      if (isTick(field)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    }
  }

  get place() {
    return `draft:${this.keyValue || location.pathname}`;
  }

  get fields() {
    return [...this.element.elements].filter(({ name, type }) => name && !["hidden", "password", "file", "submit", "button"].includes(type));
  }
}

function isTick({ type }) {
  return type === "checkbox" || type === "radio";
}
