/**
 * What a file cannot say, and the app or its user has to.
 * @param {import("./found.js").Found} found
 * @param {object} options of `createClient`
 * @returns {string[]}
 */
export function notesOn({ system }, { issuer, endpoints, postLogoutRedirectUri }) {
  const isCognito = /cognito-idp/.test(issuer ?? endpoints.issuer);
  const notes = [];
  if (isCognito && issuer) {
    notes.push(
      "The user pool's domain: it is asked for at the issuer. A pool without one has no login page.",
    );
  }
  if (!postLogoutRedirectUri) {
    notes.push(
      isCognito
        ? "A sign-out address: at Cognito, signOut() needs postLogoutRedirectUri."
        : "A sign-out address: give postLogoutRedirectUri if the user is to come back.",
    );
  }
  if (system === "openmetadata") {
    notes.push(
      "What the server does: from its first start on it goes by the settings in its database. Compare with " +
        "GET /api/v1/system/config/auth.",
    );
  }
  return notes;
}
