import { refreshed } from "./happenings.js";

/** Replaces the session's tokens; gives the fault that this failed with. */
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
