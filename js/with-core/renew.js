import { refreshed } from "./happenings.js";

/** Makes the refresh that a session's life asks for, and tells it what came of that; gives the fault, if any. */
export async function renew({ page, session, steps }) {
  session.requested(false);
  // The page may have heard of newer ones by the time that the core was there.
  const fault = await steps.refresh(page.life.renewing).then(
    () => undefined,
    (error) => error,
  );
  page.happen({ happen: refreshed, fault });
  return fault;
}
