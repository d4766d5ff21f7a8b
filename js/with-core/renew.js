import { refreshed } from "./happenings.js";

/** Replaces the session's tokens; gives the fault that this failed with. */
export async function renew({ page, steps }) {
  const generation = page.life.record?.generation ?? 0;
  const fault = await steps.refresh(generation).then(
    () => undefined,
    (error) => error,
  );
  page.happen({ happen: refreshed, fault });
  return fault;
}
