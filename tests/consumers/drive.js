// What an application with a framework's router does, whichever framework it is: the applications look alike.
import assert from "node:assert/strict";
import { until } from "../e2e/browsers/until.js";
import { atLoginPage, logIn, signedIn, watchRequests } from "../e2e/fixtures/steps.js";

const status = { role: "status" };
const alert = { role: "alert" };
const orders = { role: "heading", name: "Orders" };
const signIn = { role: "button", name: "Sign in" };
const deep = "/orders?year=2026#totals";

/** Notes each response that the application writes back into an address that it has left. */
function watchAddress() {
  const hasResponse = (url) => /[?&](code|state)=/.test(url);
  for (const name of ["pushState", "replaceState"]) {
    const write = history[name];
    history[name] = function (...given) {
      const url = String(given[2] ?? "");
      if (hasResponse(url) && !hasResponse(location.href)) localStorage.setItem("written", url);
      return write.apply(this, given);
    };
  }
}

/** Neither the address nor the history of this page has a response, nor was one written back. */
async function seesNoResponse(tab) {
  const seen = await tab.evaluate(() => [
    location.href,
    JSON.stringify(history.state),
    localStorage.getItem("written") ?? "",
  ]);
  assert.deepEqual(
    seen.filter((text) => /[?&](code|state)=/.test(text)),
    [],
    "the response should not come back",
  );
}

const answer = (body) => (_request, response) =>
  response
    .writeHead(400, { "Access-Control-Allow-Origin": "*", "Content-Type": "application/json" })
    .end(JSON.stringify(body));

/** @typedef {{ ui: any, origin: string, newTabs: (count: number) => Promise<any[]> }} Scene */

/** @type {Record<string, (scene: Scene) => Promise<void>>} each with a profile of its own */
const behaviours = {
  async "sign in"({ origin, newTabs }) {
    const [tab] = await newTabs(1);
    await tab.goto(`${origin}/`);
    await tab.waitForText(status, "Signed out");
    await tab.click(signIn);
    await logIn(tab);
    await tab.waitForText(status, signedIn);
    assert.equal(await tab.url(), `${origin}/`);
    await seesNoResponse(tab);
  },

  async "deep link"({ ui, origin, newTabs }) {
    const [tab] = await newTabs(1);
    const requests = watchRequests({ ui });
    await openOrders(tab, origin);
    assert.equal(await tab.textOf({ role: "note" }), deep);
    assert.equal(requests("/oauth2/authorize").length, 1);
    assert.equal(requests("/oauth2/token").length, 1);
    await tab.reload();
    await tab.waitForText(orders, "Orders");
    assert.equal(await tab.url(), origin + deep);
    assert.equal(requests("/oauth2/token").length, 1);
  },

  async guard({ ui, origin, newTabs }) {
    const [tab] = await newTabs(1);
    const requests = watchRequests({ ui });
    await tab.goto(`${origin}/`);
    await tab.waitForText(status, "Signed out");
    assert.deepEqual(requests("/oauth2/authorize"), []);
    await tab.click({ role: "link", name: "Orders" });
    await logIn(tab);
    await tab.waitForText(orders, "Orders");
    assert.equal(await tab.url(), origin + deep);
    await seesNoResponse(tab);
    await tab.click({ role: "link", name: "Home" });
    await tab.waitForText({ role: "heading", name: "Home" }, "Home");
    await tab.click({ role: "link", name: "Orders" });
    await tab.waitForText(orders, "Orders");
    assert.equal(requests("/oauth2/authorize").length, 1);
  },

  async cancel({ ui, origin, newTabs }) {
    const [tab] = await newTabs(1);
    await tab.goto(origin + deep);
    await atLoginPage(tab);
    const requests = watchRequests({ ui });
    await tab.click({ role: "button", name: "Cancel" });
    await tab.waitForText(alert, "provider_denied");
    await tab.waitForText(status, "Signed out");
    assert.equal(await tab.textOf(orders), "");
    assert.equal(await tab.url(), origin + deep);
    await seesNoResponse(tab);
    assert.deepEqual(requests("/oauth2/authorize"), []);
    await tab.click(signIn);
    await logIn(tab);
    await tab.waitForText(orders, "Orders");
    assert.equal(await tab.url(), origin + deep);
  },

  async "lost network"({ ui, origin, newTabs }) {
    const [tab] = await newTabs(1);
    const end = ui.fail("/oauth2/token", (request) => request.socket.destroy());
    await tab.goto(origin + deep);
    await logIn(tab);
    await tab.waitForText(alert, "network");
    end();
    assert.equal(await tab.url(), `${origin}/callback`);
    await seesNoResponse(tab);
    await tab.click({ role: "button", name: "Try again" });
    await tab.waitForText(orders, "Orders");
    assert.equal(await tab.url(), origin + deep);
    await seesNoResponse(tab);
  },

  async refresh({ ui, origin, newTabs }) {
    const [tab] = await newTabs(1);
    await openOrders(tab, origin);
    const requests = watchRequests({ ui });
    const earlier = await tab.textOf({ role: "timer" });
    await tab.click({ role: "button", name: "Renew" });
    await until(
      async () => (await tab.textOf({ role: "timer" })) !== earlier,
      () => "the page should show the new session",
    );
    assert.equal(await tab.textOf(orders), "Orders");
    assert.equal(requests("/oauth2/token").length, 1);
  },

  async "sign-out in another tab"({ ui, origin, newTabs }) {
    const [tab, other] = await newTabs(2);
    await openOrders(tab, origin);
    await other.goto(`${origin}/`);
    await other.waitForText(status, signedIn);
    const requests = watchRequests({ ui });
    await other.click({ role: "button", name: "Sign out" });
    await tab.waitForText(status, "Signed out");
    await other.waitForText(status, "Signed out");
    assert.equal(await tab.textOf(orders), "");
    assert.deepEqual(requests("/oauth2/authorize"), []);
    await tab.click(signIn);
    await logIn(tab);
    await tab.waitForText(orders, "Orders");
    assert.equal(await tab.url(), origin + deep);
  },

  async "session over"({ ui, origin, newTabs }) {
    const [tab] = await newTabs(1);
    await openOrders(tab, origin);
    const requests = watchRequests({ ui });
    const end = ui.fail("/oauth2/token", answer({ error: "invalid_grant" }));
    await tab.click({ role: "button", name: "Renew" });
    await tab.waitForText(alert, "session_ended");
    end();
    await tab.waitForText(status, "Signed out");
    assert.equal(await tab.textOf(orders), "");
    assert.deepEqual(requests("/oauth2/authorize"), []);
    // The provider has a session of its own, and asks for no password.
    await tab.click(signIn);
    await tab.waitForText(orders, "Orders");
    assert.equal(await tab.url(), origin + deep);
    await seesNoResponse(tab);
  },
};

async function openOrders(tab, origin) {
  await tab.goto(origin + deep);
  await logIn(tab);
  await tab.waitForText(orders, "Orders");
  await tab.waitForText(status, signedIn);
  assert.equal(await tab.url(), origin + deep);
  await seesNoResponse(tab);
}

/** Plays all of that. @returns {Promise<string[]>} what was played */
export async function drive({ ui, origin, browser }) {
  for (const [name, play] of Object.entries(behaviours)) {
    const profile = await browser.newProfile();
    const newTabs = async (count) => {
      const tabs = [];
      while (tabs.length < count) tabs.push(await profile.newTab());
      for (const tab of tabs) await tab.beforeEachPage(`(${watchAddress})()`);
      return tabs;
    };
    try {
      await play({ ui, origin, newTabs });
    } catch (error) {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    } finally {
      await profile.close();
    }
  }
  return Object.keys(behaviours);
}
