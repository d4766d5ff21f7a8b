import { installPythonPackages } from "../install.js";
import { startProgram } from "../program.js";
import { person } from "../user.js";
import { revokeRefreshToken } from "./revoke.js";

const login = (answer) => ({
  shows: "#login",
  async act(tab) {
    await tab.fill("Username", person.name);
    await tab.fill("Password", person.password);
    await tab.click({ role: "button", name: answer });
  },
});

export const idpyoidc = {
  name: "idpyoidc",
  version: "5.0.0",
  language: "Python",
  registered:
    'an entry of `cdb` with `redirect_uris`, `post_logout_redirect_uri`, `allowed_scopes` and `grant_types_supported`; `client_authn_method: ["none"]` for the token and the revocation endpoint; the add-on `pkce`; flask-cors for the page\'s origin',
  surprises: [
    "its `end_session` endpoint (5.0.0) fails for every request that brings no access token, and a browser brings none: `KeyError: 'token'` in `Session.parse_request`, for its methods of client authentication have `none` and `public` among them. The lab's application overrides `client_authentication` there",
    "it refuses a revoked refresh token with `invalid_request`, where RFC 6749 §5.2 has `invalid_grant`: pkce-wasm takes that for the end of the session, too",
    "it gives a refresh token for `offline_access`, which it takes only with `prompt=consent` and answers with status 400 otherwise, or where the application passes `issue_refresh` to the token endpoint, as the lab's does",
    "its metadata name the client authentication methods of confidential clients only, whatever the endpoints are told to take",
  ],
  install: () => installPythonPackages("idpyoidc"),
  async start({ folder, python }, { port, env }) {
    const issuer = `http://localhost:${port}`;
    const { stop } = await startProgram([python, "provider.py"], {
      folder,
      env,
      ready: `${issuer}/.well-known/openid-configuration`,
    });
    return { issuer, clientId: "interop", endSession: revokeRefreshToken, stop };
  },
  ways: {
    signIn: { login: login("Log in") },
    cancel: { login: login("Cancel") },
    signOut: {
      logout: { shows: "#logout", act: (tab) => tab.click({ role: "button", name: "Log out" }) },
    },
  },
};
