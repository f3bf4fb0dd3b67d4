// The page's short messages. They stay until somebody closes them: nobody has to read fast.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["pattern"];

  connect() {
    document.addEventListener("toast", this.add);
  }

  disconnect() {
    document.removeEventListener("toast", this.add);
  }

  add = ({ detail: { words } }) => {
    const toast = this.patternTarget.content.firstElementChild.cloneNode(true);
    toast.querySelector("p").textContent = words;
    this.element.append(toast);
  };

  close({ target }) {
    target.closest(".toast").remove();
  }
}
