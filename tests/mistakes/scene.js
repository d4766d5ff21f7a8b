// The README's quick start in Chromium, with one thing wrong at a time.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { startHostedUi } from "hosted-ui";
import sirv from "sirv";
import { engines, launch } from "../e2e/browsers/index.js";
import { until } from "../e2e/browsers/until.js";
import { logIn } from "../e2e/fixtures/steps.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The addresses that the quick start has, and that the table shows: here each port is a free one. */
const written = {
  page: "http://localhost:8585",
  issuer: "http://localhost:9400",
  domain: "http://localhost:9401",
};

/** The two files of the quick start. */
function quickStart() {
  const text = readFileSync(`${root}README.md`, "utf8");
  const [, section] = text.split("\n## Quick start\n");
  const block = (language) =>
    new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "ms").exec(section)[1];
  return { html: block("html"), script: block("js") };
}

/** Serves the quick start, as Vite would: the same page at each path. */
async function startPage() {
  const { html, script } = quickStart();
  const library = sirv(`${root}dist`, { dev: true });
  let shown = { html, script, policy: undefined, is404: undefined };
  const server = createServer((request, response) => {
    const path = request.url.split("?")[0];
    const send = (status, type, body) =>
      response.writeHead(status, { "Content-Type": `${type}; charset=utf-8` }).end(body);
    if (path.startsWith("/pkg/")) {
      request.url = request.url.slice("/pkg".length);
      return library(request, response, () => send(404, "text/plain", "Not found"));
    }
    if (path === "/main.js") return send(200, "text/javascript", shown.script);
    if (path === shown.is404) return send(404, "text/html", "<h1>404 Not Found</h1>");
    if (shown.policy) response.setHeader("Content-Security-Policy", shown.policy);
    return send(200, "text/html", shown.html);
  }).listen(0, "localhost");
  await once(server, "listening");
  return {
    origin: `http://localhost:${server.address().port}`,
    /** Shows the quick start as somebody has typed it. */
    show(addresses, { edit, policy, is404 }) {
      const edited = edit?.(script) ?? script;
      if (edit && edited === script) throw new Error(`This changes nothing: ${edit}`);
      const served = addresses(edited).replaceAll(/from "pkce-wasm"/g, 'from "/pkg/index.js"');
      shown = { html, script: served, policy: policy && addresses(policy), is404 };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export async function openScene() {
  const page = await startPage();
  const addresses = {
    callbackUrls: [`${page.origin}/callback`],
    logoutUrls: [`${page.origin}/`],
  };
  const client = (clientId, more = {}) => ({ ...addresses, clientId, ...more });
  const ui = await startHostedUi({
    issuerPort: 0,
    domainPort: 0,
    clients: [
      client("local-playground-client"),
      client("second-client"),
      client("confidential-client", { clientSecret: "not-for-browsers" }),
      client("without-email", { scopes: ["openid"] }),
      client("without-code", { flows: ["implicit"] }),
    ],
  });
  const browser = await launch(engines.find(({ name }) => name === "chromium"));
  const real = { page: page.origin, issuer: new URL(ui.issuer).origin, domain: ui.domain };
  const portOf = (origin) => `:${new URL(origin).port}`;
  const ports = Object.keys(written).map((name) => [portOf(written[name]), portOf(real[name])]);
  /** From the README's addresses to those of this run, and back: they differ by their ports alone. */
  const toReal = (text) =>
    ports.reduce((given, [one, other]) => given.replaceAll(one, other), text);
  const toWritten = (text) =>
    ports.reduce((given, [one, other]) => given.replaceAll(other, one), text);

  return {
    /** Plays a mistake. @returns {Promise<{ says: string, code: string | undefined }>} */
    async play(mistake) {
      page.show(toReal, mistake);
      const profile = await browser.newProfile();
      const ends = (mistake.provider?.(ui) ?? []).filter(Boolean);
      try {
        const tab = await profile.newTab();
        await tab.beforeEachPage(mistake.browser ?? "");
        await tab.goto(toReal(mistake.at ?? `${written.page}/`));
        await (mistake.play ?? signIn)(tab);
        const outcome = await outcomeOf(tab, mistake.seen ?? isSaid);
        return { ...outcome, says: toWritten(outcome.says) };
      } finally {
        for (const end of ends) end();
        await profile.close();
      }
    },
    async close() {
      await browser.close();
      await ui.close();
      page.close();
    },
  };
}

/** What the browser shows: the page's own words, or those of another page that it has ended on. */
const look = async (tab) => {
  const url = new URL(await tab.url());
  const [alert, status] = [
    await tab.textOf({ role: "alert" }),
    await tab.textOf({ role: "status" }),
  ];
  const heading = await tab.textOf({ role: "heading" });
  return { url, alert, status, is404: heading.startsWith("404"), heading };
};

const isSignedIn = ({ status }) => status.startsWith("Signed in");
const isSaid = (seen) =>
  seen.alert !== "" || isSignedIn(seen) || seen.url.pathname === "/error" || seen.is404;

/** Presses "Sign in", and types user and password where the login page comes. */
export async function signIn(tab) {
  if ((await look(tab)).alert) return;
  await tab.waitForText({ role: "status" }, "Signed out");
  await tab.click({ role: "button", name: "Sign in" });
  await logInOrStay(tab);
}

export async function logInOrStay(tab) {
  const seen = await until(
    async () => {
      const now = await look(tab);
      return (now.url.pathname === "/login" || isSaid(now)) && now;
    },
    () => "the login page should come, or a word",
  );
  if (seen.url.pathname === "/login") await logIn(tab);
}

async function outcomeOf(tab, isSeen) {
  const { url, alert, status, is404, heading } = await until(
    async () => {
      const seen = await look(tab);
      return isSeen(seen) && seen;
    },
    async () => `the page should say something, but shows ${JSON.stringify(await look(tab))}`,
  );
  if (url.pathname === "/error") {
    const said = await tab.evaluate(() => document.querySelector("section p").innerText);
    return { says: said, page: "the provider's error page" };
  }
  if (is404) return { says: heading, page: "the server's page" };
  const [, code, message] = /^(\w+): (.*)$/s.exec(alert) ?? [];
  return { says: message ?? (alert || status), code };
}
