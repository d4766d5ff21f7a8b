import { installPythonPackages } from "../install.js";
import { startProgram } from "../program.js";
import { person } from "../user.js";
import { revokeRefreshToken } from "./revoke.js";

const login = {
  shows: "#login",
  async act(tab) {
    await tab.fill("Name", person.name);
    await tab.fill("Password", person.password);
    await tab.click({ role: "button", name: "Log in" });
  },
};
const consent = (answer) => ({
  shows: "#consent",
  act: (tab) => tab.click({ role: "button", name: answer }),
});

/** A provider made of Authlib and Flask; `refreshesIdToken` adds OpenIDToken to its refresh grant. */
function authlib({ refreshesIdToken }) {
  return {
    name: refreshesIdToken ? "authlib" : "authlib without refreshed id tokens",
    version: "1.9.6",
    language: "Python",
    surprises: refreshesIdToken
      ? [
          "the ID token of a refresh has the time of that as `auth_time`, where OpenID Connect Core §12.2 has that of the sign-in; [it is accepted](checks.md), and the session keeps the first",
        ]
      : [],
    registered:
      '`token_endpoint_auth_method: "none"`, both grant types, `redirect_uris`, `post_logout_redirect_uris`; `TOKEN_ENDPOINT_AUTH_METHODS = ["none"]` for both grants and the revocation endpoint; flask-cors for the page\'s origin',
    install: () => installPythonPackages("authlib"),
    async start({ folder, python }, { port, env }) {
      const issuer = `http://localhost:${port}`;
      const { stop } = await startProgram([python, "provider.py"], {
        folder,
        env: {
          ...env,
          AUTHLIB_INSECURE_TRANSPORT: "1",
          ...(refreshesIdToken && { REFRESH_WITH_ID_TOKEN: "yes" }),
        },
        ready: `${issuer}/.well-known/openid-configuration`,
      });
      return { issuer, clientId: "interop", endSession: revokeRefreshToken, stop };
    },
    wrong: { confidential: "confidential", withoutCode: "without-code" },
    ways: {
      signIn: { login, consent: consent("Allow") },
      cancel: { login, consent: consent("Deny") },
    },
  };
}

export const authlibs = [authlib({ refreshesIdToken: true }), authlib({ refreshesIdToken: false })];
