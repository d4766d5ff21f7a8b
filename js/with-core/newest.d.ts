import type { Page } from "../types/page.js";
import type { SessionRecord } from "../types/record.js";

/** The newest record after this one that another tab has. */
export function newerThan(
  page: Pick<Page, "key" | "read" | "tokenWorker">,
  record: Pick<SessionRecord, "id" | "generation">,
): Promise<string | null>;
