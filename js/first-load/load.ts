import type { Page } from "../types/page.js";
import type { CoreScript, Opened, WithCore } from "../types/with-core.js";
import { failure } from "./error.js";

/** Waits for a script, and opens the core that it brings. */
export async function opened<Source extends unknown[]>(
  page: Page,
  script: Promise<CoreScript<Source>>,
  ...source: Source
): Promise<readonly [Opened, WithCore]> {
  const core = await fetched(script);
  return [await core.open(page, ...source), core];
}

/** Waits for a script of this package. */
export async function fetched<Script>(script: Promise<Script>): Promise<Script> {
  return await script.catch((cause: unknown) => {
    const message = "A script was not fetched.";
    throw failure("network", "network", message, { cause });
  });
}
