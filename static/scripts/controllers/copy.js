// Puts a text on the clipboard and says so.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static values = { text: String, done: String };

  connect() {
    this.element.hidden = !navigator.clipboard;
  }

  async now() {
    await navigator.clipboard.writeText(this.textValue);
    document.dispatchEvent(new CustomEvent("toast", { detail: { words: this.doneValue } }));
  }
}
