/** What a storage of the page answers, or the failure that it is blocked. */
export async function settled(core, work) {
  try {
    return await work();
  } catch (cause) {
    throw Object.assign(core.failure("storage", ""), { cause });
  }
}
