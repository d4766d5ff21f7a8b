/**
 * oidc-provider prints on import that it wants Node 22. What we use of it works from Node 20.18 on,
 * where the tests pass as well, so that one line is dropped.
 */
const { warn } = console;
console.warn = (message, ...rest) => {
  if (!String(message).includes("oidc-provider WARNING: Unsupported runtime")) {
    warn(message, ...rest);
  }
};
const { errors, interactionPolicy, Provider } = await import("oidc-provider");
console.warn = warn;

export { errors, interactionPolicy, Provider };
