import { launch } from "./browser.js";

/** Requests that are not the app's and the library's: the pages themselves, and the login page. */
const PAGES = /^\/((oauth2\/)?authorize$|favicon|(?!assets\/)[^/]+\/[^/]+\/[^/]*$)/;

/**
 * A user with a new browser profile.
 *
 * @param {string} address of the app's pages, without a slash at its end
 * @param {Function} [prepare] runs in every page before its scripts
 */
export async function newUser({ app, provider }, address, prepare) {
  const { context, close } = await launch();
  if (prepare) await context.addInitScript(prepare);
  let page = await context.newPage();
  const logs = { app: app.log, provider: provider.log };

  const requests = {
    mark: () => ({ app: app.log.length, provider: provider.log.length }),
    since: (mark, at, end = Infinity) =>
      logs[at].slice(mark[at]).filter(({ start, path }) => start < end && !PAGES.test(path)),
  };

  /** The first request since a mark whose path ends so, when it has come. */
  async function until(mark, at, path) {
    const deadline = Date.now() + 20_000;
    for (;;) {
      const found = logs[at].slice(mark[at]).find((entry) => entry.path.endsWith(path));
      if (found) return found;
      if (Date.now() > deadline) {
        const fault = await page.evaluate(() => window.fault ?? window.result);
        throw new Error(`no request to ${path}: ${JSON.stringify(fault)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** What the callback's page came to. */
  async function atCallback() {
    const isThere = (url) => url.href.startsWith(`${address}/callback`);
    await page.waitForURL(isThere, { waitUntil: "commit" });
    await page.waitForFunction(() => window.result);
    const result = await page.evaluate(() => window.result);
    if (!result.token) throw new Error(result.error ?? "no token");
    return result;
  }

  return {
    get page() {
      return page;
    },
    address,
    /** Goes on in a new tab of the same browser. */
    async changeTab() {
      await page.close();
      page = await context.newPage();
    },
    devtools: () => context.newCDPSession(page),
    requests,
    until,
    atCallback,
    /** Signs in, where nothing of the way is measured. */
    async signIn() {
      await page.goto(`${address}/`);
      await page.waitForFunction(() => window.result);
      await page.evaluate(() => void setTimeout(window.leave)).catch(() => undefined);
      return atCallback();
    },
    newPage: () => context.newPage(),
    leave: close,
  };
}
