// One read-only socket for the whole tab, kept across Turbo visits. It knows how far each stream was shown and asks again for whatever is missing.
import { io } from "socket.io-client";
import { fetchSignals } from "./poll.js";

const PATIENCE_MS = 5000;
const POLL_MS = 5000;
const ANSWER_MS = 10000;

export class Connection {
  #positions = new Map();
  #asked = new Map();
  #gaps = new Map();
  #socket;
  #poll;
  #patience;
  #since = new Date();

  state = "catching-up";

  // The page says how far it shows each stream; that is the truth even where this connection has already heard more.
  watch(positions) {
    const left = [...this.#positions.keys()].filter((stream) => !(stream in positions));
    this.#positions = new Map(Object.entries(positions));
    if (this.#positions.size === 0 && !this.#socket) return;
    if (!this.#socket) return this.#open();
    if (left.length && this.#socket.connected) this.#socket.emit("unsubscribe", { streams: left });
    if (this.#socket.connected) this.#subscribe([...this.#positions.keys()]);
    this.#show(this.state);
  }

  #open() {
    this.#socket = io("/live", { path: "/socket.io", transports: ["websocket"], reconnectionDelay: 500, reconnectionDelayMax: 5000, timeout: 5000 });
    this.#socket.on("connect", () => this.#subscribe([...this.#positions.keys()]));
    this.#socket.on("connect_error", () => this.#lost(!this.#socket.active));
    this.#socket.on("disconnect", (reason) => this.#lost(reason === "io server disconnect"));
    this.#socket.on("signals", ({ stream, signals }) => this.#hear(stream, signals));
    this.#socket.on("resync", ({ stream, head }) => this.#resync(stream, head));
    // Only a fresh start calls at once: connect() alone leaves the next try to the running back-off.
    window.addEventListener("online", () => this.#socket.connected || this.#socket.disconnect().connect());
    this.#lost(false);
  }

  #subscribe(streams) {
    if (streams.length === 0) return this.#found();
    const positions = Object.fromEntries(streams.map((stream) => [stream, this.#positions.get(stream)]));
    for (const stream of streams) this.#asked.set(stream, (this.#asked.get(stream) ?? 0) + 1);
    this.#socket.timeout(ANSWER_MS).emit("subscribe", { positions }, (error, answer) => {
      for (const stream of streams) this.#asked.set(stream, this.#asked.get(stream) - 1);
      if (error) return this.#socket.disconnect().connect();
      this.#answered(answer);
      this.#found();
    });
  }

  #answered({ accepted = {}, refused = [] }) {
    this.#refuse(refused);
    // Lower than what was shown: the numbers started anew, as after a restored backup.
    for (const [stream, head] of Object.entries(accepted)) if (head < this.#positions.get(stream)) this.#resync(stream, head);
  }

  #hear(stream, signals) {
    for (const signal of signals) {
      const last = this.#positions.get(stream);
      if (last === undefined || signal.seq <= last) continue;
      if (signal.seq > last + 1) return this.#missed(stream, last, signal.seq);
      this.#positions.set(stream, signal.seq);
      document.dispatchEvent(new CustomEvent("signal", { detail: { stream, ...signal } }));
    }
  }

  // A gap is asked for once; where the answer has the same gap, the rows are gone and only a fresh page helps.
  #missed(stream, last, seq) {
    if (this.#gaps.get(stream) === last && !this.#asked.get(stream)) return this.#resync(stream, seq);
    if (this.#asked.get(stream)) return;
    this.#gaps.set(stream, last);
    this.#subscribe([stream]);
  }

  // A right has ended: a fresh page shows what is still theirs to see.
  #refuse(streams) {
    for (const stream of streams) {
      if (this.#positions.delete(stream)) document.dispatchEvent(new CustomEvent("signals-lost", { detail: { stream } }));
    }
  }

  #resync(stream, head) {
    if (!this.#positions.has(stream)) return;
    this.#positions.set(stream, head);
    document.dispatchEvent(new CustomEvent("signals-lost", { detail: { stream } }));
  }

  #found() {
    clearTimeout(this.#patience);
    clearInterval(this.#poll);
    this.#patience = this.#poll = this.#since = undefined;
    this.#show("live");
  }

  #lost(mustCall) {
    if (mustCall) setTimeout(() => this.#socket.connect(), POLL_MS);
    if (this.#patience) return;
    this.#since = new Date();
    if (this.state !== "offline") this.#show("catching-up");
    this.#patience = setTimeout(() => this.#goOffline(), PATIENCE_MS);
  }

  #goOffline() {
    this.#show("offline");
    const ask = () => this.#pollOnce();
    this.#poll = setInterval(ask, POLL_MS);
    ask();
  }

  async #pollOnce() {
    try {
      const { signals, resync, refused } = await fetchSignals(Object.fromEntries(this.#positions));
      if (!this.#poll) return;
      this.#refuse(refused);
      for (const [stream, head] of Object.entries(resync)) this.#resync(stream, head);
      for (const { stream, ...signal } of signals) this.#hear(stream, [signal]);
      this.#show("live");
    } catch {
      if (this.#poll) this.#show("offline");
    }
  }

  #show(state) {
    if (state === "offline" && this.state === "live") this.#since = new Date();
    this.state = state;
    document.dispatchEvent(new CustomEvent("live-state", { detail: { state, since: this.#since } }));
  }
}
