// Writes docs/hostile-peers.md of what run.js saw.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cases } from "../../tests/hostile/cases/index.js";
import { escaped } from "../../tests/hostile/table.js";
import { judge } from "./judge.js";
import { peers, settings } from "./peers/index.js";
import { permissions } from "./permitted.js";
import { kept } from "./seen.js";

const file = fileURLToPath(new URL("../../docs/hostile-peers.md", import.meta.url));

const signs = {
  refused: "✓",
  taken: "✓",
  accepted: "**✗**",
  permitted: "○",
  followed: "→",
  spurned: "–!",
  unsettled: "…",
  inapplicable: "·",
};

const all = Object.entries(cases).flatMap(([area, list]) => list.map((one) => ({ area, one })));
const isToBeTaken = ({ expects }) =>
  Boolean(expects.signedIn || (expects.signedOut && !expects.code));

const columns = settings.map((setting) => {
  const { version, uses, seen } = kept(setting);
  const verdictOf = ({ area, one }) => judge(one, area, seen[area][one.name], { ...setting, uses });
  return { ...setting, version, verdicts: new Map(all.map((each) => [each.one, verdictOf(each)])) };
});

const row = (cells) => `| ${cells.join(" | ")} |`;
const head = (cells) => `${row(cells)}\n${row(cells.map(() => "---"))}`;
const titleOf = ({ peer, everyCheck }) => peer.name + (everyCheck ? ", every check" : "");

/** One line for each column: what became of the cases that it has the steps for. */
function totals() {
  const line = (column) => {
    const { verdicts, version } = column;
    const list = all.map(({ one }) => ({ one, ...verdicts.get(one) }));
    const count = (test) => list.filter(test).length;
    const is = (wanted) => (each) => each.outcome === wanted;
    const isApplicable = (each) => each.outcome !== "inapplicable";
    const toRefuse = list.filter((each) => !isToBeTaken(each.one) && isApplicable(each));
    const toTake = list.filter((each) => isToBeTaken(each.one) && isApplicable(each));
    const isLate = is("unsettled");
    const forged = list.filter(({ survived }) => survived !== undefined);
    return row([
      titleOf(column),
      version,
      `${count(is("refused"))} of ${toRefuse.length}`,
      count(is("accepted")),
      count(is("permitted")),
      count(is("followed")),
      toRefuse.filter(isLate).length,
      `${count(is("taken"))} of ${toTake.length}`,
      `${forged.filter(({ survived }) => survived).length} of ${forged.length}`,
      list.length - toRefuse.length - toTake.length,
    ]);
  };
  return [
    head([
      "",
      "version",
      "refused",
      "accepted **✗**",
      "may be accepted ○",
      "followed →",
      "never settled …",
      "taken",
      "outlives a forged answer",
      "no such step ·",
    ]),
    ...columns.map(line),
  ].join("\n");
}

/** The number of the permission that some library made use of. */
function reasonsOf(one) {
  const used = columns
    .map(({ verdicts }) => verdicts.get(one))
    .filter(({ outcome }) => outcome === "permitted")
    .map(({ why }) => permissions.findIndex(({ id }) => id === why) + 1);
  return [...new Set(used)].join(", ");
}

function rows(list) {
  return [
    head(["a provider that …", "is to be", ...columns.map(titleOf), "○"]),
    ...list.map((one) =>
      row([
        escaped(one.name),
        isToBeTaken(one) ? "taken" : "refused",
        ...columns.map(({ verdicts }) => signs[verdicts.get(one).outcome]),
        reasonsOf(one),
      ]),
    ),
  ].join("\n");
}

function page() {
  const sections = Object.entries(cases).map(([area, list]) => `## ${area}\n\n${rows(list)}`);
  const ten = all.filter(({ one }) => one.isOfTheTen).map(({ one }) => one);
  const ofChecks = ({ name, everyCheck }) => {
    if (everyCheck) return [`Every check: ${everyCheck}.`];
    const one = "Its documentation has no check that is off by default, so that it has one column.";
    return name === "pkce-wasm" ? [] : [one];
  };
  const notes = peers.map(
    (peer) => `- **${peer.name}**: ${[peer.note, ...ofChecks(peer)].join(" ")}`,
  );
  return `# Hostile providers, and other libraries

What the libraries that single-page apps choose between make of [the ${all.length} cases](hostile.md) that this one is tested with. Each library is driven by its documented API, in Chromium, in an application as its documentation shows one: with its defaults and, where its documentation has further checks, with all of them switched on. Before, it had to sign in, ask UserInfo, renew and sign out at the same provider without a deviation, as far as it has these steps.

The cases are ours, and so is the choice of what is to be refused: other libraries were not made to pass them. The table says what was seen, not what an attack would come to. What a specification lets a client leave out is counted apart.

## Totals

${totals()}

- **refused**: it had to be refused, and there was an error, or no session. Of the cases that the library has the step for.
- **accepted ✗**: it had to be refused, and a session came of it, or a renewed one, or claims of the user.
- **may be accepted ○**: the same, or the next, where a specification lets a client leave the check out, or binds the provider alone; by number [below](#what-a-client-may-leave-out).
- **followed →**: no session came of it, but the page or a request went to where the answer pointed, or a script of the answer's ran.
- **never settled …**: nothing came of it within 20 seconds, or 90 where the provider never answers.
- **taken**: it had to be taken, and was: the user is signed in, or out, without an error. –! is where it was not: often because the library does not have it, such as an algorithm.
- **outlives a forged answer**: the honest answer came after a forged one that had been refused, and still signed the user in.
- **no such step ·**: the library does not have the step that the provider spoils, or never asks the endpoint.

## The libraries

${notes.join("\n")}

The provider is at \`https://localhost:<port>/<issuer>\`, with a certificate that the browser was told to take, since some libraries insist on https. No name but \`localhost\` resolves.

## What a client may leave out

${permissions.map(({ why }) => `1. ${why}`).join("\n")}

## The ten answers that libraries are compared by

${rows(ten)}

${sections.join("\n\n")}

## To play them again

\`\`\`sh
npm ci
npm run build
npm ci --prefix bench/hostile
npm run bench:hostile
\`\`\`

This page is written by the last of these, from what it saw: \`bench/hostile\`.
`;
}

writeFileSync(file, page());
