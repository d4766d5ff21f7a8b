#!/usr/bin/env bash
# In a frame of another site's page, localStorage throws in Chromium as Playwright drives it, where a user's
# Chromium has a partition for it.
#
# Versions: playwright-core 1.65.1, Chromium 156 (Debian), headless.
# Behaviour: Playwright's launch switches the feature ThirdPartyStoragePartitioning off, and its contexts are
#   private ones, in which cookies of other sites are blocked. Without partitions that blocks the frame's
#   localStorage, too: reading the property throws a SecurityError. With partitions the same frame has a
#   storage, empty and its own.
#   A test of an embedded application so fails for what no user meets, or passes for what they do not have.
#   Chromium takes the last --disable-features of its command line alone, so that another one among `args`,
#   which leaves that feature out, gives back what users have.
# Output seen:
#   as Playwright starts it: SecurityError
#   with partitions: a storage
set -euo pipefail

chromium=$(command -v chromium) || { echo "Chromium is missing: install Debian's package chromium."; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund playwright-core@1.65.1

cat >look.mjs <<'JS'
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const server = createServer((request, response) => {
  const frame = `<iframe src="http://localhost:${server.address().port}/framed"></iframe>`;
  response.writeHead(200, { "content-type": "text/html" });
  response.end(request.url === "/framed" ? "<p>framed" : `<p>page${frame}`);
});
await new Promise((listening) => server.listen(0, listening));

async function storageOfFrame(args) {
  const browser = await chromium.launch({
    executablePath: process.argv[2],
    args: ["--no-sandbox", ...args],
  });
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`, { waitUntil: "load" });
  const frame = page.frames().find((each) => each.url().endsWith("/framed"));
  const found = await frame.evaluate(() => {
    try {
      localStorage.setItem("key", "value");
      return localStorage.getItem("key") === "value" ? "a storage" : "one that keeps nothing";
    } catch (error) {
      return error.name;
    }
  });
  await browser.close();
  return found;
}

console.log(`as Playwright starts it: ${await storageOfFrame([])}`);
console.log(`with partitions: ${await storageOfFrame(["--disable-features=MediaRouter"])}`);
server.close();
JS

seen=$(node look.mjs "$chromium")
echo "$seen"
expected="as Playwright starts it: SecurityError
with partitions: a storage"
if [ "$seen" != "$expected" ]; then
  echo "This has changed."
  exit 1
fi
