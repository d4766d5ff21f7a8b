import { buildWithGo } from "../install.js";
import { startProgram } from "../program.js";
import { person } from "../user.js";
import { revokeRefreshToken } from "./revoke.js";

const login = {
  shows: "input[name=username]",
  async act(tab) {
    await tab.fill("Username:", person.name);
    await tab.fill("Password:", person.password);
    await tab.click({ role: "button", name: "Login" });
  },
};

export const zitadelOidc = {
  name: "zitadel/oidc",
  version: "3.52.0",
  language: "Go",
  surprises: [
    "the ID token of the token endpoint has a `c_hash`, which only one of the authorization endpoint needs",
  ],
  registered:
    "the example's native client (`op.ApplicationTypeNative`, `oidc.AuthMethodNone`) with the redirect URI, and `PostLogoutRedirectURIs`, which the example leaves empty",
  options: { scope: "openid email profile offline_access" },
  install: () => buildWithGo("zitadel-oidc"),
  async start(folder, { port, env }) {
    const issuer = `http://localhost:${port}/`;
    const { stop } = await startProgram(["./provider"], {
      folder,
      env,
      ready: `${issuer}.well-known/openid-configuration`,
    });
    return { issuer, clientId: "interop", endSession: revokeRefreshToken, stop };
  },
  explained: {
    "prompt=none, signed in":
      "the example has no sessions of its own: `CreateAuthRequest` in its `storage.go` says that there is no way to log in then",
    cancel: "the example's login page has nothing to cancel with: `exampleop/templates/login.html`",
  },
  ways: { signIn: { login } },
};
