import { installNodePackages } from "../install.js";
import { startProgram } from "../program.js";
import { person } from "../user.js";
import { revokeRefreshToken } from "./revoke.js";

const signIn = {
  login: {
    shows: "input[name=login]",
    async act(tab) {
      await tab.fill("Enter any login", person.name);
      await tab.fill("and password", person.password);
      await tab.click({ role: "button", name: "Sign-in" });
    },
  },
  consent: {
    shows: "input[name=prompt][value=consent]",
    act: (tab) => tab.click({ role: "button", name: "Continue" }),
  },
};

/** oidc-provider of a major version; `strict` asks for pushed requests, and for proofs with nonces. */
function oidcProvider(version, { isStrict = false } = {}) {
  return {
    name: `oidc-provider ${version.split(".")[0]}${isStrict ? " strict" : ""}`,
    version,
    language: "JavaScript",
    surprises:
      version.startsWith("9") && !isStrict
        ? [
            '`offline_access` is granted only with `prompt: "consent"` (OpenID Connect Core §11): a sign-in with `prompt: "none"` brings no refresh token, and takes the place of a session that has one',
          ]
        : [],
    registered:
      (isStrict ? "pushed requests, and proofs with a nonce, required; beside " : "") +
      '`token_endpoint_auth_method: "none"`, `grant_types` with `refresh_token`, `redirect_uris`, `post_logout_redirect_uris`; in the configuration `clientBasedCORS` for the page\'s origin, and `features.revocation`',
    options: { scope: "openid email profile offline_access", ...(isStrict && { dpop: true }) },
    // It gives `offline_access` only with a consent: OpenID Connect Core §11.
    signInOptions: { prompt: "consent" },
    install: () => installNodePackages("oidc-provider"),
    async start(folder, { port, env }) {
      const issuer = `http://localhost:${port}`;
      const { stop } = await startProgram([process.execPath, "server.js"], {
        folder,
        env: { ...env, VERSION: version.split(".")[0], ...(isStrict && { STRICT: "yes" }) },
        ready: `${issuer}/.well-known/openid-configuration`,
      });
      return { issuer, clientId: "interop", endSession: revokeRefreshToken, stop };
    },
    wrong: { confidential: "confidential" },
    ways: {
      signIn,
      cancel: {
        login: {
          shows: "input[name=login]",
          act: (tab) => tab.click({ role: "link", name: "[ Cancel ]" }),
        },
      },
      signOut: {
        logout: {
          shows: "button[name=logout]",
          act: (tab) => tab.click({ role: "button", name: "Yes, sign me out" }),
        },
      },
    },
  };
}

export const oidcProviders = [
  oidcProvider("9.13.3"),
  oidcProvider("9.13.3", { isStrict: true }),
  oidcProvider("8.8.1"),
];
