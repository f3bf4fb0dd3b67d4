// A double tap sends one form. The idempotency key in the form stands behind this for whatever slips through.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static values = { busy: String };

  connect() {
    this.element.addEventListener("submit", this.send);
    this.element.addEventListener("turbo:submit-end", this.release);
    window.addEventListener("pageshow", this.release);
  }

  disconnect() {
    this.element.removeEventListener("submit", this.send);
    this.element.removeEventListener("turbo:submit-end", this.release);
    window.removeEventListener("pageshow", this.release);
    this.release();
  }

  send = (event) => {
    if (this.isSent) return event.preventDefault();
    if (event.defaultPrevented) return;
    this.isSent = true;
    this.pressed = event.submitter?.localName === "button" ? event.submitter : undefined;
    const words = this.pressed?.querySelector(".words");
    this.pressed?.setAttribute("aria-busy", "true");
    if (words && this.busyValue) [this.words, words.textContent] = [words.textContent, this.busyValue];
  };

  release = () => {
    this.isSent = false;
    this.pressed?.removeAttribute("aria-busy");
    const words = this.pressed?.querySelector(".words");
    if (words && this.words) words.textContent = this.words;
    this.pressed = this.words = undefined;
  };
}
