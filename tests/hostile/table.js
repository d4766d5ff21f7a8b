// Writes docs/hostile.md, and the count into README.md: `node tests/hostile/table.js`.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cases, isPlayedNatively } from "./cases/index.js";

export const readmeFile = fileURLToPath(new URL("../../README.md", import.meta.url));
export const file = fileURLToPath(new URL("../../docs/hostile.md", import.meta.url));

const places = {
  signIn: " before the page is left",
  start: "",
  refresh: " at the refresh, and the session stands",
  userInfo: " at UserInfo, and the session stands",
};

function outcome({ signedIn, signedOut, leftAlone, code, at = "start", pending, passes, ends }) {
  if (signedIn) return "signs the user in";
  if (signedOut) return `signs the user out${code ? `, and says \`${code}\`` : ""}`;
  if (leftAlone)
    return pending ? "leaves it alone; the sign-in goes on waiting" : "leaves it alone";
  if (ends) return `\`${code}\`, and the session is over`;
  const left = pending ? "; the sign-in goes on waiting" : passes ? "; it can be tried again" : "";
  return `\`${code}\`${places[at]}${left}`;
}

export const escaped = (text) => text.replace(/[\\_*<|`]/g, "\\$&");

function rows(list) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  return [
    row(["a provider that …", "the client", "specification"]),
    row(["---", "---", "---"]),
    ...list.map(({ name, module, expects, section }) => {
      const modules = module ? `<br>\`${module.split(", ").join("`<br>`")}\`` : "";
      return row([escaped(name) + modules, outcome(expects), section]);
    }),
  ].join("\n");
}

/** The modules of the plans for a client with the code flow that are no cases, and why. */
const leftOut = {
  "`oidcc-client-test-client-secret-basic`": "A browser has no secret.",
  "`oidcc-client-test-userinfo-bearer-body`":
    "The access token goes into the header (RFC 6750 §2.1).",
  "`oidcc-client-test-invalid-chash`, `-missing-chash`":
    "No ID token comes with the code here: that is the hybrid flow, which there is not.",
  "`oidcc-client-test-form-post-error`": "A page cannot read a form that is posted to it.",
  "`oidcc-client-test-aggregated-claims`, `-distributed-claims`":
    "Claims that other issuers vouch for are passed on as they came: to verify them is the application's to do.",
  "`oidcc-client-test-mtls-endpoint-aliases`": "A page has no client certificate to show.",
  "`oidcc-client-test-discovery-webfinger-acct`, `-url`, `-dynamic-registration`, `-request-uri-signed-rs256`, `-none`":
    "The issuer and the client's name are options; there is no registration and there are no request objects.",
  "`oidcc-client-test-3rd-party-init-login`":
    "A page at `initiate_login_uri` is the application's: it calls `signIn` with a `loginHint`.",
  "`oidcc-client-test-rp-frontchannel-…`, `-rp-backchannel-…`, `-session-management`":
    "They need a server, or the provider's frame.",
};

/** The whole page. */
export function page() {
  const all = Object.values(cases).flat();
  const count = (test) => all.filter(test).length;
  const natively = count(isPlayedNatively);
  const refused = count(({ expects }) => expects.code);
  const modules = new Set(all.flatMap(({ module }) => module?.split(", ") ?? []));
  const sections = Object.entries(cases).map(
    ([area, list]) => `## ${area}\n\n${list.length} cases.\n\n${rows(list)}`,
  );
  return `# Hostile providers

What the client makes of providers that do not keep to the specifications: ${all.length} cases, of which ${refused} have to be refused with exactly this error code, and ${all.length - refused} have to be taken, or left alone. Each is played in Chromium, through the package as it is published, against a provider that is correct but for this one thing (\`tests/hostile\`). ${natively} of them need no browser, and are played natively as well: the same table, on the core alone. ${modules.size} behaviours bear the name of the test module of the OpenID Foundation's conformance suite that has them; the suite itself was not run.

After a refusal nobody is signed in, no token is stored, the code was sent once at most, UserInfo was not asked, and nothing but the provider's endpoints was; where the table says that the sign-in goes on waiting, the honest answer was given afterwards, and completed it.

A refresh that the provider refuses, or whose ID token fails a check, ends the session: the one is the provider's word, and in the other case whoever answered is not whom the user signed in at. What is neither tokens nor a refusal is a gate's or an outage's, and the session outlives it. OpenID Connect Core §12.2 has a refreshed ID token repeat the \`auth_time\` of the sign-in; providers that send another one there are common, so that it is let pass, and the session's record keeps the former.

This page is written by \`node tests/hostile/table.js\`.

## The ten answers that libraries are compared by

${rows(all.filter(({ isOfTheTen }) => isOfTheTen))}

${sections.join("\n\n")}

## Modules that are no cases

Of the plans of the OpenID Foundation's suite for Basic, Config, Refresh and RP-initiated logout, and of those whose modules stand beside them:

| module | why not |
| --- | --- |
${Object.entries(leftOut)
  .map((cells) => `| ${cells.join(" | ")} |`)
  .join("\n")}
`;
}

/** The README with the present count. */
export function readme() {
  const { length } = Object.values(cases).flat();
  return readFileSync(readmeFile, "utf8").replace(
    /\[\d+ answers\]\(docs\/hostile\.md\)/,
    `[${length} answers](docs/hostile.md)`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(file, page());
  writeFileSync(readmeFile, readme());
}
