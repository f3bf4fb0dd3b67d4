// How many characters are left.
import { Controller } from "@hotwired/stimulus";

const NEARLY = 0.9;

export default class extends Controller {
  static targets = ["input", "left", "spoken"];
  static values = { words: String };

  connect() {
    this.count();
  }

  count() {
    const { value, maxLength } = this.inputTarget;
    const words = this.wordsValue.replace("{left}", maxLength - value.length);
    this.leftTarget.textContent = words;
    // Spoken only towards the end, or each key would talk.
    if (this.hasSpokenTarget) this.spokenTarget.textContent = value.length >= maxLength * NEARLY ? words : "";
  }
}
