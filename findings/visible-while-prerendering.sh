#!/usr/bin/env bash
# A page that was prerendered is told that it is visible while document.prerendering is still true, and its
# sessionStorage is still the copy that was made when it was begun.
#
# Versions: puppeteer-core 24.43.1, Chromium 156 (Debian), headless.
# Behaviour: on activation Chromium fires visibilitychange first, with visibilityState "visible" and
#   document.prerendering true, and prerenderingchange after it. What the page that led there wrote to
#   sessionStorage meanwhile is there with prerenderingchange, and not yet with visibilitychange: who looks
#   again when the page becomes visible, as for a page out of the background, reads what was there before.
# Output seen:
#   begin: prerendering, hidden, old
#   visibilitychange: prerendering, visible, old
#   prerenderingchange: shown, visible, new
set -euo pipefail

chromium=$(command -v chromium) || { echo "Chromium is missing: install Debian's package chromium."; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund puppeteer-core@24.43.1

cat >look.mjs <<'JS'
import { createServer } from "node:http";
import { launch } from "puppeteer-core";

const ahead = `<script>
  const seen = [];
  const note = (name) => {
    const state = document.prerendering ? "prerendering" : "shown";
    seen.push(name + ": " + [state, document.visibilityState, sessionStorage.getItem("key")].join(", "));
  };
  note("begin");
  document.addEventListener("visibilitychange", () => note("visibilitychange"));
  document.addEventListener("prerenderingchange", () => {
    note("prerenderingchange");
    fetch("/seen", { method: "POST", body: seen.join("\\n") });
  });
  fetch("/begun", { method: "POST" });
</script>`;
const rules = { prerender: [{ source: "list", urls: ["/ahead"], eagerness: "immediate" }] };
const first = `<script>sessionStorage.setItem("key", "old")</script>
<script type="speculationrules">${JSON.stringify(rules)}</script>
<script>
  const source = new EventSource("/go");
  source.onmessage = () => {
    source.close();
    sessionStorage.setItem("key", "new");
    location.href = "/ahead";
  };
</script>`;

let go;
const seen = new Promise((resolve) => {
  const server = createServer(async (request, response) => {
    if (request.url === "/go") {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.flushHeaders();
      go = response;
    } else if (request.url === "/begun") {
      response.end();
      go.write("data: go\n\n");
    } else if (request.url === "/seen") {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      response.end();
      server.close();
      resolve(Buffer.concat(chunks).toString());
    } else {
      response.writeHead(200, { "content-type": "text/html" });
      response.end(request.url === "/ahead" ? ahead : first);
    }
  });
  server.listen(0, "127.0.0.1", async () => {
    const args = ["--no-sandbox", "--disable-background-networking", "--disable-sync"];
    const browser = await launch({ executablePath: process.argv[2], args });
    seen.finally(() => browser.close());
    const page = await browser.newPage();
    // The page that it opens is replaced by the one that was ahead, which the driver does not follow.
    page.goto(`http://127.0.0.1:${server.address().port}/`).catch(() => undefined);
  });
});
console.log(await seen);
process.exit(0);
JS

expected="begin: prerendering, hidden, old
visibilitychange: prerendering, visible, old
prerenderingchange: shown, visible, new"
found=$(timeout 120 node look.mjs "$chromium")
echo "$found"
[ "$found" = "$expected" ] || { echo "It has changed."; exit 1; }
