// `npm run interop -- doctor [<part of a name> …]`: what the doctor says at providers that others wrote.
import { once } from "node:events";
import { createServer } from "node:http";
import { examine } from "../command/doctor/run.js";
import { Problem } from "../scripts/problem.js";
import { examinedProviders, keep } from "./doctor-report.js";
import { honest, mistakes } from "./misconfigurations.js";
import { openSite } from "./play.js";

/** @returns {Promise<boolean>} whether all was as it should be */
export async function playDoctor(names) {
  const chosen = examinedProviders.filter(
    ({ name }) => names.length === 0 || names.some((part) => name.includes(part.toLowerCase())),
  );
  if (chosen.length === 0) {
    throw new Problem(
      `There is no such provider. There are: ${examinedProviders.map(({ name }) => name)}`,
    );
  }
  let isWell = true;
  let isPlayed = false;
  for (const provider of chosen) {
    const app = await startApp();
    let site;
    try {
      site = await openSite(provider, app);
    } catch (error) {
      console.log(`NOT RUN  ${provider.name}: ${error.message.slice(0, 500)}`);
      await app.close();
      continue;
    }
    try {
      const results = await examined(site, app);
      isWell &&= results.every(({ result }) => !/^(?:alarm|missed)/.test(result));
      await keep(provider, results);
      isPlayed = true;
    } finally {
      await site.stop();
      await app.close();
    }
  }
  if (!isPlayed) throw new Problem("No provider could be played.");
  return isWell;
}

/** All configurations at a provider, each with what came of it. */
async function examined(site, app) {
  const results = [];
  for (const [name, its] of Object.entries(honest)) {
    const findings = await look(site, app, its);
    const alarm = findings.find(({ verdict }) => verdict === "failed" || verdict === "warning");
    results.push({ name, isHonest: true, result: alarm ? `alarm: ${alarm.evidence}` : "well" });
  }
  for (const [name, its] of Object.entries(mistakes)) {
    if (its.needs && site.provider.wrong?.[its.needs] === undefined) continue;
    const findings = await look(site, app, its);
    const [failed] = findings.filter(({ verdict }) => verdict === "failed");
    const isNamed =
      its.check.includes(failed?.check) &&
      (its.code === undefined || its.code === failed.code) &&
      (its.words === undefined || its.words.test(`${failed.evidence} ${failed.fix}`));
    const isUnseen =
      failed === undefined &&
      findings.some(({ check, verdict }) => verdict === "skipped" && its.check.includes(check));
    const isTold = findings.some(({ evidence }) => its.told?.test(evidence));
    const said =
      failed === undefined ? "nothing" : `${failed.check} ${failed.code}: ${failed.evidence}`;
    results.push({
      name,
      isHonest: false,
      result: isNamed ? "named" : isTold ? "told" : isUnseen ? "unseen" : `missed: ${said}`,
    });
  }
  for (const { name, result } of results) {
    console.log(site.provider.name.padEnd(28), result.slice(0, 200).padEnd(8), name);
  }
  return results;
}

async function look({ options, provider }, app, { changes, page, origin }) {
  app.answer = page?.(options) ?? {};
  const changed = { ...options, ...changes?.(options, provider.wrong ?? {}) };
  const { findings } = await examine(changed, { origin: origin?.(options) });
  return findings;
}

/** The app's server, in the place of the pages of the other steps: one answer for every path. */
async function startApp() {
  const app = { apps: new Map(), answer: {} };
  const server = createServer((_request, response) => {
    const { status = 200, headers = {}, body = "<!doctype html><p>Orders" } = app.answer;
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  app.origin = `http://localhost:${server.address().port}`;
  app.close = () => new Promise((closed) => server.close(closed));
  return app;
}
