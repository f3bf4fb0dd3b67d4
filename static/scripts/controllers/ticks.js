// Ticks everything in the form, or nothing where all is ticked already.
import { Controller } from "@hotwired/stimulus";

const MOMENTS = ["change", "turbo:morph"];

export default class extends Controller {
  static targets = ["words"];
  static values = { all: String, none: String };

  connect() {
    this.element.hidden = false;
    this.tell = () => (this.wordsTarget.textContent = this.areAll() ? this.noneValue : this.allValue);
    for (const happened of MOMENTS) document.addEventListener(happened, this.tell);
    this.tell();
  }

  disconnect() {
    for (const happened of MOMENTS) document.removeEventListener(happened, this.tell);
  }

  toggle() {
    const wanted = !this.areAll();
    for (const box of this.boxes()) box.checked = wanted;
    this.tell();
  }

  areAll() {
    const boxes = this.boxes();
    return boxes.length > 0 && boxes.every((box) => box.checked);
  }

  boxes() {
    return [...this.element.form.elements].filter((each) => each.type === "checkbox");
  }
}
