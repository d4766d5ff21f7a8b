// What the files of these tests are about, and how they are imported.
import assert from "node:assert/strict";
import { importFiles } from "../../command/import/importer.js";

export const region = "eu-west-1";
export const pool = "eu-west-1_QwErTy789";
export const issuer = `https://cognito-idp.${region}.amazonaws.com/${pool}`;
export const host = `orders.auth.${region}.amazoncognito.com`;
export const clientId = "7neutral1client2id3abcdefg";
export const callback = "https://orders.example.org/signed-in";
export const secret = "kept-to-ourselves-0123456789";

/** The endpoints of the pool, at its domain. */
export const endpoints = (domain = `https://${host}`, its = issuer) => ({
  issuer: its,
  authorization: `${domain}/oauth2/authorize`,
  token: `${domain}/oauth2/token`,
  jwks: `${its}/.well-known/jwks.json`,
  userinfo: `${domain}/oauth2/userInfo`,
  revocation: `${domain}/oauth2/revoke`,
  endSession: `${domain}/logout`,
});

const read = (name, text, given) => importFiles([{ name, text }], given);

/**
 * What is imported from a text.
 * @param {string} name of the file
 * @param {string} text
 * @param {object} expected options, with `provider` or without
 * @param {object} [given]
 */
export function gives(name, text, expected, given) {
  const imported = read(name, text, given);
  const { provider: _, ...options } = imported.options;
  assert.deepEqual(options, expected);
  assert.ok(!JSON.stringify(imported).includes(secret));
  return imported;
}

/** That a text is refused with a code, about one of some settings, without showing a secret. */
export function refuses(name, text, code, about, given) {
  assert.throws(
    () => read(name, text, given),
    (error) => {
      assert.equal(error.code, code, error.stack);
      assert.ok([about].flat().includes(error.about), `${error.about}: ${error.message}`);
      assert.ok(
        error.message.includes(error.about) || error.about === "redirectUri",
        error.message,
      );
      assert.ok(!error.message.includes(secret));
      return true;
    },
  );
}

/** That settings are left out, each for its reason. */
export function leaves({ leftOut }, expected) {
  for (const [name, why] of Object.entries(expected)) {
    assert.deepEqual(
      leftOut.filter((each) => each.name === name).map((each) => each.why),
      [why],
      `${name} in ${JSON.stringify(leftOut)}`,
    );
  }
}
