import assert from "node:assert/strict";
import { installPythonPackages } from "../install.js";
import { startProgram } from "../program.js";
import { steps as common } from "../steps.js";
import { person } from "../user.js";
import { makePool } from "./user-pool.js";

const hasNoPages =
  "it emulates Cognito's API, and has neither an authorization nor a token endpoint, no sessions and no UserInfo: [its list of what it has](https://docs.getmoto.org/en/latest/docs/services/cognito-idp.html)";

export const moto = {
  name: "moto",
  version: "5.2.5",
  language: "Python",
  registered:
    "a user pool, and an app client without a secret; before it, the lab's application has the two endpoints that moto lacks, and answers with the tokens of its `InitiateAuth`",
  // Its issuer is Cognito's, and its keys are where it listens.
  options(issuer) {
    const { origin, pathname } = new URL(issuer);
    return {
      issuer: undefined,
      endpoints: {
        issuer: `https://cognito-idp.us-east-1.amazonaws.com${pathname}`,
        authorization: `${origin}/oauth2/authorize`,
        token: `${origin}/oauth2/token`,
        jwks: `${issuer}/.well-known/jwks.json`,
      },
    };
  },
  install: () => installPythonPackages("moto"),
  async start({ folder, python }, { port, env }) {
    const address = `http://localhost:${port}`;
    const { stop } = await startProgram([python, "provider.py"], {
      folder,
      env: { ...env, USER_EMAIL: person.email },
      ready: `${address}/moto-api/data.json`,
    });
    try {
      const { poolId, clientId } = await makePool(address, env);
      return { issuer: `${address}/${poolId}`, clientId, stop };
    } catch (error) {
      await stop();
      throw error;
    }
  },
  ways: {},
  explained: Object.fromEntries(common.map(({ name }) => [name, hasNoPages])),
  surprises: [
    "the ID tokens of its `InitiateAuth` have no `nonce`, for no request has one: a client that has sent one refuses them (`id_token_nonce`), and does so after it has verified their signature with moto's keys, and their issuer, audience and times",
    "its metadata have Cognito's issuer, wherever it listens, and no authorization and no token endpoint",
  ],
  steps: [
    {
      name: "key set, and an ID token without nonce",
      from: "signed out",
      async play(user) {
        const { outcome } = await user.signIn();
        assert.equal(outcome.code, "id_token_nonce", JSON.stringify(outcome));
        assert.equal(await user.session(), null);
        const exchanges = await user.tab.evaluate(() => window.exchanges);
        const keySet = exchanges.find(({ url }) => url === user.site.options.endpoints.jwks);
        assert.equal(keySet?.status, 200, "the signature should be verified before the claims");
      },
    },
  ],
};
