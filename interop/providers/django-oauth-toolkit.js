import { installPythonPackages } from "../install.js";
import { startProgram } from "../program.js";
import { person } from "../user.js";
import { revokeRefreshToken } from "./revoke.js";

const login = {
  shows: "#login-form",
  async act(tab) {
    await tab.fill("Username:", person.name);
    await tab.fill("Password:", person.password);
    await tab.click({ role: "button", name: "Log in" });
  },
};
/** The same form asks for consent and whether to log out. */
const asks = (answer) => ({
  shows: "#authorizationForm",
  act: (tab) => tab.click({ role: "button", name: answer }),
});

/** django-oauth-toolkit; without `refreshesIdToken` its validator leaves the ID token out of refreshes. */
function djangoOauthToolkit({ refreshesIdToken }) {
  return {
    name: refreshesIdToken
      ? "django-oauth-toolkit"
      : "django-oauth-toolkit without refreshed id tokens",
    version: "3.4.1",
    language: "Python",
    surprises: refreshesIdToken
      ? [
          "every request with `prompt=none` ends with status 500, unless the project's validator has `validate_silent_login` and `validate_silent_authorization`, as the lab's has (the repository's `findings/` shows it)",
          'with its default `REQUEST_APPROVAL_PROMPT`, `"force"`, it asks for consent each time; the lab has `"auto"`',
          "its metadata do not name the revocation endpoint",
        ]
      : [],
    registered:
      "an `Application` of type public, grant authorization code, algorithm RS256, with both addresses; `OIDC_ENABLED`, `OIDC_RSA_PRIVATE_KEY`, `OIDC_RP_INITIATED_LOGOUT_ENABLED`; django-cors-headers for the page's origin",
    // Its metadata do not name it.
    options: (issuer) => ({ endpoints: { revocation: `${issuer}/revoke_token/` } }),
    install: () => installPythonPackages("django-oauth-toolkit"),
    async start({ folder, python }, { port, env }) {
      const issuer = `http://localhost:${port}/o`;
      const { stop } = await startProgram([python, "provider.py"], {
        folder,
        env: { ...env, ...(!refreshesIdToken && { REFRESH_WITHOUT_ID_TOKEN: "yes" }) },
        ready: `${issuer}/.well-known/openid-configuration`,
      });
      return { issuer, clientId: "interop", endSession: revokeRefreshToken, stop };
    },
    cancelling: { signIn: { extra: { approval_prompt: "force" } } },
    wrong: { confidential: "confidential", withoutCode: "without-code" },
    ways: {
      signIn: { login, consent: asks("Authorize") },
      cancel: { login, consent: asks("Cancel") },
      signOut: { logout: asks("Logout") },
    },
  };
}

export const djangoOauthToolkits = [
  djangoOauthToolkit({ refreshesIdToken: true }),
  djangoOauthToolkit({ refreshesIdToken: false }),
];
