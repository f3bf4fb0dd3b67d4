// Signing out leaves nothing behind for the next person at a shared computer.
import { Controller } from "@hotwired/stimulus";
import { cache } from "@hotwired/turbo";

export default class extends Controller {
  now() {
    sessionStorage.clear();
    cache.clear();
  }
}
