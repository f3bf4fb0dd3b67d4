// Shows a password while one checks it.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["input", "button"];

  connect() {
    this.buttonTarget.hidden = false;
  }

  toggle() {
    const isShown = this.inputTarget.type === "password";
    this.inputTarget.type = isShown ? "text" : "password";
    this.buttonTarget.setAttribute("aria-pressed", String(isShown));
  }
}
