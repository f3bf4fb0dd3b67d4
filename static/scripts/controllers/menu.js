// An opened <details> menu closes by Escape, by a press outside and when the focus leaves it.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  connect() {
    document.addEventListener("pointerdown", this.outside);
  }

  disconnect() {
    document.removeEventListener("pointerdown", this.outside);
  }

  outside = ({ target }) => {
    if (!this.element.contains(target)) this.element.open = false;
  };

  leave({ relatedTarget }) {
    if (relatedTarget && !this.element.contains(relatedTarget)) this.element.open = false;
  }

  close() {
    if (!this.element.open) return;
    this.element.open = false;
    this.element.querySelector("summary").focus();
  }
}
