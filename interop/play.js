import { startPagesServer } from "../tests/e2e/fixtures/pages-server.js";
import { freePort } from "../tests/consumers/serve.js";
import { record } from "./record.js";
import { steps as common } from "./steps.js";
import { User, person } from "./user.js";

/** The application's name at the pages server, which makes its address. */
const APP = "interop";

/**
 * Plays all steps at a provider in each of the engines.
 *
 * @param {object} provider see README.md
 * @param {import("../tests/e2e/browsers/index.js").Engine[]} engines
 * @param {{ only?: string, isRecorded?: boolean, tell: (line: object) => void }} options `only` is a part of
 *   the names of the steps to be played; `isRecorded` also writes the fixture
 * @returns {Promise<{ engine: string, facts: object, steps: object[] }[]>}
 */
export async function play(provider, engines, { only, isRecorded = false, tell }) {
  const steps = stepsOf(provider).filter(({ name }) => only === undefined || name.includes(only));
  const pages = await startPagesServer();
  let site;
  try {
    site = await openSite(provider, pages);
  } catch (error) {
    await pages.close();
    return engines.map(({ name: engine }) => {
      const words = error.message;
      tell({ provider, engine, step: `${steps.length} steps`, result: "not run", words });
      const notRun = steps.map((step) => ({ step: step.name, result: "not run", words }));
      return { engine, facts: {}, steps: notRun };
    });
  }
  const results = [];
  try {
    for (const engine of engines) {
      const user = new User(engine, site);
      try {
        const told = (line) => tell({ provider, engine: engine.name, ...line });
        results.push({
          engine: engine.name,
          facts: user.facts,
          steps: await playSteps(steps, user, told),
        });
        if (isRecorded && engine === engines[0] && provider.hasCommonSteps !== false)
          await record(provider, user);
      } finally {
        await user.leave();
      }
    }
  } finally {
    await site.stop();
    await pages.close();
  }
  return results;
}

/** Installs and starts a provider, and the application that is registered there. */
export async function openSite(provider, pages) {
  const address = `${pages.origin}/watched/${APP}`;
  const redirectUri = `${address}/callback`;
  const postLogoutRedirectUri = `${address}/`;
  const folder = await provider.install();
  const port = await freePort();
  const env = {
    PORT: port,
    APP_ORIGIN: pages.origin,
    REDIRECT_URI: redirectUri,
    POST_LOGOUT_REDIRECT_URI: postLogoutRedirectUri,
    USER_NAME: person.name,
    USER_PASSWORD: person.password,
  };
  const { issuer, clientId, ...running } = await provider.start(folder, { port, env });
  const discovery = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const options = {
    issuer,
    clientId,
    redirectUri,
    postLogoutRedirectUri,
    store: "local",
    ...optionsAt(provider, issuer),
  };
  return {
    ...running,
    provider,
    address,
    options,
    metadata: await fetch(discovery).then((answer) => answer.json()),
    /** Gives the pages that are opened from now on a client with these options beside. */
    use: (changes) => pages.apps.set(APP, [{ ...options, ...changes }]),
  };
}

/** All that is played at a provider, in this order. */
export function stepsOf({ hasCommonSteps = true, steps = [] }) {
  return hasCommonSteps ? [...common, ...steps] : steps;
}

/** What a client has to be told beside the issuer, its name and its addresses. */
export function optionsAt({ options = {} }, issuer) {
  return typeof options === "function" ? options(issuer) : options;
}

async function playSteps(steps, user, tell) {
  const results = [];
  let isBroken = false;
  const { explained, cancelling } = user.site.provider;
  for (const { name, from, play: act, ...step } of steps) {
    const told = explained?.[name];
    const options = step.options ?? (name === "cancel" && cancelling?.client) ?? {};
    const line = { step: name, result: "passed" };
    if (told) {
      Object.assign(line, { result: "explained", words: told });
    } else if (isBroken) {
      Object.assign(line, { result: "not run", words: "nobody can sign in" });
    } else {
      try {
        if (Object.keys(options).length > 0) user.forget();
        user.site.use(options);
        await inTime(user.be(from).then(() => act(user)));
        if (Object.keys(options).length > 0) user.forget();
      } catch (error) {
        // It may be the browser that is broken.
        await user.leave();
        const words = [error.message, error.cause?.message].filter(Boolean).join(" / ");
        Object.assign(line, { result: "failed", words });
        isBroken = name === "sign in";
      }
    }
    tell(line);
    results.push(line);
  }
  return results;
}

/** A step that hangs, as where the browser has died, is to fail, and to say which it is. */
const STEP_SECONDS = 120;

async function inTime(work) {
  let timer;
  const late = new Promise((_, reject) => {
    const message = `this should not take ${STEP_SECONDS} s`;
    timer = setTimeout(() => reject(new Error(message)), STEP_SECONDS * 1000);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
