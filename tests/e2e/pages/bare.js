import { createClient } from "/pkg/index.js";

window.createClient = createClient;

/** What became of a start or a sign-in, tokens left out. */
window.signInBy = async (work) => {
  const { value, ...error } = await outcomeOf(work);
  return value ? { sub: value.session?.sub ?? null, returnTo: value.returnTo } : error;
};

/** What became of some work: its value, or what an application learns from its error. */
window.outcomeOf = async (work) => {
  try {
    return { value: await work() };
  } catch ({ name, code, kind, message, error, returnTo }) {
    return { name, code, kind, message, error, returnTo };
  }
};
