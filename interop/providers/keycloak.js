import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildWithMaven } from "../install.js";
import { startProgram } from "../program.js";
import { person } from "../user.js";
import { openAdministration } from "./keycloak/administration.js";
import { steps, ways } from "./keycloak/steps.js";
import { consent, login } from "./keycloak/pages.js";
import { revokeRefreshToken } from "./revoke.js";

const version = "26.7.3";
const administrator = { name: "admin", password: "admin" };

/** The realm that is imported: one user, and the public clients. */
function realm({ REDIRECT_URI, POST_LOGOUT_REDIRECT_URI, APP_ORIGIN }) {
  const client = (clientId, changes) => ({
    clientId,
    publicClient: true,
    standardFlowEnabled: true,
    directAccessGrantsEnabled: false,
    redirectUris: [REDIRECT_URI],
    webOrigins: [APP_ORIGIN],
    attributes: {
      "pkce.code.challenge.method": "S256",
      "post.logout.redirect.uris": POST_LOGOUT_REDIRECT_URI,
    },
    ...changes,
  });
  return {
    realm: "interop",
    enabled: true,
    bruteForceProtected: true,
    failureFactor: 3,
    attributes: { "acr.loa.map": JSON.stringify({ silver: 1, gold: 2 }) },
    users: [
      {
        username: person.name,
        enabled: true,
        email: person.email,
        emailVerified: true,
        firstName: "Alice",
        lastName: "Example",
        credentials: [{ type: "password", value: person.password, temporary: false }],
      },
    ],
    clients: [
      client("interop", { consentRequired: true }),
      client("step-up"),
      client("confidential", { publicClient: false }),
      client("without-code", { standardFlowEnabled: false }),
    ],
  };
}

export const keycloak = {
  name: "keycloak",
  version,
  language: "Java",
  surprises: [
    "a login page without a way to cancel: who wants to must not log in, or refuse the consent of a client that asks for it",
    "a code that is sent again ends Keycloak's session, and the tokens of the first exchange with it",
  ],
  registered:
    "an OpenID Connect client with **Client authentication** off (`publicClient`), **Standard flow**, both addresses as valid redirect and post-logout redirect URIs, and the page's origin as web origin; `pkce.code.challenge.method` S256; **Consent required**, for there is nothing to cancel otherwise",
  install: () => buildWithMaven("keycloak", []),
  async start(folder, { port, env }) {
    const home = join(folder, `keycloak-${version}`);
    const address = `http://localhost:${port}`;
    const issuer = `${address}/realms/interop`;
    // Its own database, which begins empty.
    await rm(join(home, "data"), { recursive: true, force: true });
    await mkdir(join(home, "data/import"), { recursive: true });
    await writeFile(join(home, "data/import/realm.json"), JSON.stringify(realm(env)));
    const { stop } = await startProgram(
      [
        "bin/kc.sh",
        ...["start-dev", "--import-realm", "--http-host=localhost", `--http-port=${port}`],
      ],
      {
        folder: home,
        env: {
          KC_BOOTSTRAP_ADMIN_USERNAME: administrator.name,
          KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
        },
        ready: `${issuer}/.well-known/openid-configuration`,
      },
    );
    try {
      const administration = await openAdministration(address, administrator);
      await administration.addStepUp("step-up");
      return {
        issuer,
        clientId: "interop",
        administration,
        endSession: revokeRefreshToken,
        stop,
      };
    } catch (error) {
      await stop();
      throw error;
    }
  },
  wrong: { confidential: "confidential", withoutCode: "without-code" },
  cancelling: { signIn: { prompt: "consent" } },
  ways: {
    signIn: { login, consent: consent("Yes") },
    cancel: { login, consent: consent("No") },
    ...ways,
  },
  steps,
};
