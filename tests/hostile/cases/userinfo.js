import { body, headers, moved, rewritten, status } from "../answers.js";
import { never, subject } from "../provider.js";

const refused = (code) => ({ code, at: "userInfo" });
const userinfo = (changes) => ({ userinfo: changes });
const core = (section) => `OpenID Connect Core §${section}`;

/** OpenID Connect Core §5.4. */
const claimsOfScopes = {
  openid: { sub: subject },
  profile: { given_name: "Alice" },
  email: { email: "alice@example.com", email_verified: true },
  phone: { phone_number: "+1" },
  address: { address: { country: "DE" } },
};
const claimsOf = (scopes) => Object.assign({}, ...scopes.map((scope) => claimsOfScopes[scope]));
const grantedBy = (issuer) =>
  issuer.asked("authorization").at(-1).parameters.get("scope").split(" ");

/** What the UserInfo endpoint says of the user. */
export const userinfos = [
  {
    name: "tells the claims of the scopes",
    module: "oidcc-client-test-scope-userinfo-claims",
    client: { scope: "openid profile email phone address" },
    does: { userinfo: (answer, issuer) => ({ ...answer, body: claimsOf(grantedBy(issuer)) }) },
    expects: { signedIn: true, userInfo: claimsOf(Object.keys(claimsOfScopes)) },
    section: core(5.4),
  },
  {
    name: "wants the access token in the header",
    module: "oidcc-client-test-userinfo-bearer-header",
    does: {
      userinfo: (answer, issuer) =>
        issuer.asked("userinfo").at(-1).authorization?.startsWith("Bearer ")
          ? answer
          : { ...answer, status: 401 },
    },
    expects: { signedIn: true },
    section: "RFC 6750 §2.1",
  },
  {
    name: "tells about another user",
    module: "oidcc-client-test-userinfo-invalid-sub",
    does: userinfo({ sub: "mallory" }),
    expects: refused("userinfo_subject"),
    section: core("5.3.2"),
  },
  {
    name: "does not say whom it tells about",
    does: userinfo({ sub: undefined }),
    expects: refused("userinfo_subject"),
    section: core("5.3.2"),
  },
  {
    name: "tells about several users",
    does: userinfo({ sub: ["alice", "mallory"] }),
    expects: refused("userinfo_subject"),
    section: core("5.3.2"),
  },
  {
    name: "tells about the user in other letters",
    does: userinfo({ sub: "ALICE" }),
    expects: refused("userinfo_subject"),
    section: core("5.3.2"),
  },
  {
    name: "names the user twice, and another first",
    does: { userinfo: rewritten((text) => text.replace("{", '{"sub":"mallory",')) },
    expects: refused("response_invalid"),
    section: "RFC 8259 §4",
  },
  {
    name: "adds claims named __proto__ and constructor",
    does: {
      userinfo: rewritten((text) =>
        text.replace(
          "{",
          '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},',
        ),
      ),
    },
    expects: { signedIn: true },
    section: "RFC 8259 §4",
  },
  {
    name: "signs its claims, which nobody asked for",
    module: "oidcc-client-test-userinfo-signed",
    does: { userinfo: body("e30.e30.AA", { "Content-Type": "application/jwt" }) },
    expects: refused("response_invalid"),
    section: core("5.3.2"),
  },
  {
    name: "tells its claims in an HTML page",
    does: { userinfo: headers({ "Content-Type": "text/html" }) },
    expects: refused("response_invalid"),
    section: core("5.3.2"),
  },
  {
    name: "redirects from the UserInfo endpoint to another host",
    does: { userinfo: moved(({ elsewhere }) => `${elsewhere}/elsewhere`, 307) },
    expects: refused("response_invalid"),
    section: "RFC 9700 §4.12",
  },
  {
    name: "puts bytes that are not UTF-8 into its claims",
    does: {
      userinfo: rewritten((text) => Buffer.from(text.replace("Alice", "Alic\u00e9"), "latin1")),
    },
    expects: refused("response_invalid"),
    section: "RFC 8259 §8.1",
  },
  {
    name: "tells 600 KiB of claims",
    does: userinfo({ picture: "a".repeat(600 * 1024) }),
    expects: refused("response_invalid"),
    section: "RFC 8259 §9",
  },
  {
    name: "refuses the access token, and the renewed one",
    does: { userinfo: status(401) },
    expects: { code: "token_refused", at: "userInfo", renews: true },
    section: "RFC 6750 §3.1",
  },
  {
    name: "is in trouble with its claims",
    does: { userinfo: status(500) },
    expects: refused("provider_unavailable"),
    section: core("5.3.3"),
  },
  {
    name: "never tells its claims",
    isSlow: true,
    does: { userinfo: never },
    expects: refused("timeout"),
    section: "none: the library waits for 30 seconds",
  },
];
