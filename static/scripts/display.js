// Runs before the first paint, so that a page never flashes in the wrong colours or size.
import { apply, remembered } from "./page/display_settings.js";

apply(remembered());
