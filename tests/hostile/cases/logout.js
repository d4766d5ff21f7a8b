import { moved } from "../answers.js";

const then = "signOut";
const expects = { signedOut: true };
const logout = (section) => `RP-Initiated Logout §${section}`;
const back = (query) => (_answer, issuer) => {
  const { parameters } = issuer.asked("logout").at(-1);
  return moved(`${parameters.get("post_logout_redirect_uri")}${query}`)();
};

/** Where a sign-out leads. */
export const logouts = [
  {
    name: "signs the user out and sends them back",
    module: "oidcc-client-test-rp-init-logout",
    does: {},
    section: logout(2),
  },
  {
    name: "sends a state back from the logout that nobody sent",
    module: "oidcc-client-test-rp-init-logout-other-state",
    does: { logout: back(`?state=${"A".repeat(43)}`) },
    expects: { signedOut: true, code: "sign_out_state_mismatch" },
    section: logout(3),
  },
  {
    name: "sends a state back from the logout that is none of ours",
    does: { logout: back("?state=open") },
    section: logout(3),
  },
  {
    name: "sends no state back from the logout",
    module: "oidcc-client-test-rp-init-logout-no-state",
    does: { logout: back("") },
    section: logout(3),
  },
  {
    name: "sends a code back from the logout",
    does: { logout: back("?code=forged&state=forged") },
    section: "RFC 6749 §10.12",
  },
  {
    name: "refuses to revoke the tokens",
    does: { revocation: (answer) => ({ ...answer, status: 503 }) },
    section: "RFC 7009 §2.2.1",
  },
  {
    name: "redirects the revocation request",
    does: { revocation: moved(({ elsewhere }) => `${elsewhere}/elsewhere`, 307) },
    section: "RFC 9700 §4.12",
  },
].map((one) => ({ expects, ...one, then }));
