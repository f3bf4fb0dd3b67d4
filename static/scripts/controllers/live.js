// On <body>: tells the connection what this page shows, and says how fresh it is.
import { Controller } from "@hotwired/stimulus";
import { Connection } from "../live/connection.js";
import { refreshPage } from "../page/refresh.js";

const connection = new Connection();

export default class extends Controller {
  static targets = ["state", "words"];
  static values = { positions: Object, live: String, catchingUp: String, offline: String };

  connect() {
    document.addEventListener("live-state", this.show);
    document.addEventListener("signals-lost", refreshPage);
  }

  disconnect() {
    document.removeEventListener("live-state", this.show);
    document.removeEventListener("signals-lost", refreshPage);
  }

  positionsValueChanged(positions) {
    // Stimulus calls this before connect(): the state is then shown on the next tick, when somebody listens.
    queueMicrotask(() => connection.watch(positions));
  }

  show = ({ detail: { state, since } }) => {
    if (!this.hasStateTarget) return;
    const words = { live: this.liveValue, "catching-up": this.catchingUpValue, offline: this.offlineValue.replace("{time}", clock(since)) }[state];
    this.stateTarget.hidden = false;
    this.stateTarget.dataset.state = state;
    if (this.wordsTarget.textContent !== words) this.wordsTarget.textContent = words;
  };
}

function clock(time) {
  return (time ?? new Date()).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}
