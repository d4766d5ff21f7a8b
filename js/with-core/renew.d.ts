import type { Fault } from "../types/life.js";
import type { Opened } from "../types/with-core.js";

/** Replaces the session's tokens; gives the fault that this failed with. */
export function renew(opened: Opened): Promise<Fault | undefined>;
