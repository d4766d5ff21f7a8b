import type { Failure } from "../types/error.js";
import type { Answer, Wanted } from "../types/life.js";
import type { Opened } from "../types/with-core.js";

/** Another user's session is no answer to who asked for the former one's. */
export const USER_CHANGED: Failure;

/** What becomes of the wish for a token, after a refresh where one is due; by the `first` answer to it. */
export function waitForToken(opened: Opened, wanted: Wanted, first?: Answer): Promise<Answer>;
