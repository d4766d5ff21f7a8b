import type { Fault } from "../types/life.js";
import type { Opened } from "../types/with-core.js";

/** Makes the refresh that a session's life asks for, and tells it what came of that; gives the fault, if any. */
export function renew(opened: Opened): Promise<Fault | undefined>;
