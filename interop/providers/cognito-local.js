import assert from "node:assert/strict";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installNodePackages } from "../install.js";
import { startProgram } from "../program.js";
import { person } from "../user.js";
import { makePool } from "./user-pool.js";

const origin = (issuer) => new URL(issuer).origin;

export const cognitoLocal = {
  name: "cognito-local",
  version: "5.3.0",
  language: "JavaScript",
  registered: "a user pool, and an app client without a secret and with `CallbackURLs`",
  // Its metadata name neither endpoint, and keys at a port that it has by default.
  options: (issuer) => ({
    issuer: undefined,
    endpoints: {
      issuer,
      authorization: `${origin(issuer)}/oauth2/authorize`,
      token: `${origin(issuer)}/oauth2/token`,
      jwks: `${issuer}/.well-known/jwks.json`,
    },
  }),
  install: () => installNodePackages("cognito-local"),
  async start(folder, { port, env }) {
    const address = `http://localhost:${port}`;
    await rm(join(folder, ".cognito"), { recursive: true, force: true });
    await mkdir(join(folder, ".cognito"));
    const settings = { TokenConfig: { IssuerDomain: address } };
    await writeFile(join(folder, ".cognito/config.json"), JSON.stringify(settings));
    const { stop } = await startProgram(
      [process.execPath, "node_modules/cognito-local/lib/bin/start.js"],
      { folder, env: { ...env, HOST: "localhost" }, ready: `${address}/health` },
    );
    try {
      const { poolId, clientId } = await makePool(address, env);
      return { issuer: `${address}/${poolId}`, clientId, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
  ways: {
    signIn: {
      login: {
        shows: "input[name=username]",
        async act(tab) {
          await tab.fill("Username:", person.email);
          await tab.fill("Password:", person.password);
          await tab.click({ role: "button", name: "Sign in" });
        },
      },
    },
  },
  surprises: [
    "its ID tokens have no `nonce`, although the request has one, which OpenID Connect Core §3.1.3.7 (11) makes a reason to refuse them: so does pkce-wasm (`id_token_nonce`), and that is all that is played here",
    "its metadata have no authorization and no token endpoint, and their `jwks_uri` has the port 9229 whatever port it listens on",
  ],
  hasCommonSteps: false,
  steps: [
    {
      name: "an ID token without nonce is refused",
      from: "signed out",
      async play(user) {
        const { outcome, shown } = await user.signIn();
        assert.deepEqual(shown, ["login"]);
        assert.equal(outcome.code, "id_token_nonce", JSON.stringify(outcome));
        assert.equal(await user.session(), null);
      },
    },
  ],
};
