// Brings its frame, or else the whole page, up to date when one of its streams says something. No streams named means any stream of the page.
import { Controller } from "@hotwired/stimulus";
import { isBeingFilledIn } from "../page/keep.js";
import { refreshPage } from "../page/refresh.js";

const TOGETHER_MS = 100;
const LATER_MS = 2000;

export default class extends Controller {
  static values = { streams: Array, types: Array, except: Array };

  connect() {
    document.addEventListener("signal", this.hear);
  }

  disconnect() {
    document.removeEventListener("signal", this.hear);
    clearTimeout(this.timer);
  }

  hear = ({ detail: { stream, type } }) => {
    if (this.streamsValue.length && !this.streamsValue.includes(stream)) return;
    if (this.typesValue.length && !this.typesValue.includes(type)) return;
    if (this.exceptValue.includes(type)) return;
    if (this.element.localName !== "turbo-frame") return refreshPage();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.reloadFrame(), TOGETHER_MS);
  };

  reloadFrame() {
    if ([...this.element.querySelectorAll("form")].some(isBeingFilledIn)) {
      this.timer = setTimeout(() => this.reloadFrame(), LATER_MS);
    } else if (this.element.src) {
      this.element.reload();
    } else {
      refreshPage();
    }
  }
}
