import { createClient } from "./pkg/index.js";
import { checkView } from "./check-view.js";
import { factRows } from "./element.js";
import { clearError, showError } from "./error-view.js";
import { openJournal } from "./journal.js";
import { jsonView } from "./json-view.js";
import { accountName, sessionView } from "./session-view.js";
import { timelineView } from "./timeline.js";
import { tokenView } from "./token-view.js";

/** Where the playground lies: at an origin of its own, or within the documentation's. */
const home = new URL(".", import.meta.url);
const at = (path) => new URL(path, home);
const apiUrl = at("api/v1/users/loggedInUser");

const part = (id) => document.getElementById(id);
const journal = openJournal(renderTimeline);

let client;
let callbackPath;
let signedIn = false;

onPress("sign-in", async () => {
  const chapter = journal.beginSignIn();
  try {
    await client.signIn({ returnTo: currentPlace() });
  } catch (error) {
    chapter.fail(error);
    throw error;
  }
});

onPress("refresh", () =>
  // No token is valid for so long: this one is renewed whatever time it has left.
  during("Refresh", () => client.accessToken({ minValiditySeconds: Infinity })),
);

onPress("call-api", () => during("API call", callApi));

onPress("user-info", () => during("UserInfo", readUserInfo));

onPress("sign-out", () => during("Sign-out", () => client.signOut()));

onPress("check", async () => {
  const response = await fetch(at("check"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: part("check-settings").value }),
  });
  if (!response.ok) throw new Error(`/check answered ${response.status}.`);
  part("check-findings").replaceChildren(...checkView(await response.json()));
});

// A page that the back button brings back as it was left still waits for the navigation.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("[aria-busy]")) button.ariaBusy = null;
  if (client) render(client.session);
});

start();

async function start() {
  try {
    const { standIn = false, ...given } = await readSettings();
    part("stand-in").hidden = !standIn;
    // It takes a server to examine a provider that does not know this page.
    part("check-panel").hidden = standIn;
    const settings = {
      redirectUri: at("callback").href,
      postLogoutRedirectUri: home.href,
      // The API is OpenMetadata's, which knows users by their ID token.
      bearer: "id_token",
      ...given,
    };
    client = createClient(settings);
    callbackPath = new URL(settings.redirectUri).pathname;
    await restore().catch(report);
    renderSettings(settings, standIn);
    client.subscribe(render);
  } catch (error) {
    part("sign-in").hidden = true;
    render(null);
    report(error);
  }
}

async function readSettings() {
  const response = await fetch(at("config.json"));
  if (!response.ok) throw new Error(`/config.json answered ${response.status}.`);
  return response.json();
}

/** Finishes the sign-in on the callback page, restores the session elsewhere. */
async function restore() {
  if (location.pathname === callbackPath && location.search) {
    const [navigation] = performance.getEntriesByType("navigation");
    // Firefox rounds to a little before the page's own beginning.
    const start = Math.max(0, navigation.fetchStart);
    const chapter = journal.arrive(performance.timeOrigin + start);
    performance.measure("playground:page", { start, end: performance.now() });
    await told(chapter, applyStart);
  } else {
    await during("Page opened", applyStart);
  }
}

async function applyStart() {
  const { returnTo } = await client.start();
  if (returnTo) history.replaceState(null, "", returnTo);
  else if (location.pathname === callbackPath) history.replaceState(null, "", home);
}

/** Where the user is, and wants to be after signing in. */
function currentPlace() {
  if (location.pathname === callbackPath) return home.pathname;
  return location.pathname + location.search + location.hash;
}

/** Runs the action of a button, once at a time. */
function onPress(id, action) {
  const button = part(id);
  button.addEventListener("click", async () => {
    if (button.ariaBusy) return;
    button.ariaBusy = "true";
    clearError(part("alert"));
    try {
      await action();
    } catch (error) {
      report(error);
    } finally {
      button.ariaBusy = null;
    }
  });
}

/** Gives what is measured during an action a chapter of its own. */
const during = (title, action) => told(journal.begin(title), action);

/** Ends the chapter with the action, and with its error. */
async function told(chapter, action) {
  try {
    const result = await action();
    chapter.end();
    return result;
  } catch (error) {
    chapter.fail(error);
    throw error;
  }
}

async function callApi() {
  const started = performance.now();
  const response = await client.fetch(apiUrl);
  const body = await response.json();
  const { duration } = performance.measure("playground:api call", {
    start: started,
    end: performance.now(),
    detail: { url: apiUrl.href, status: response.status },
  });
  const { pathname } = apiUrl;
  const summary = `GET ${pathname} → ${response.status} in ${Math.round(duration)} ms`;
  showAnswer("What the API answered", summary, body);
}

async function readUserInfo() {
  const claims = await client.userInfo();
  showAnswer("What UserInfo answered", "About the user who signed in, and no other.", claims);
}

function showAnswer(title, summary, body) {
  part("answer").hidden = false;
  part("answer-title").textContent = title;
  part("answer-summary").textContent = summary;
  part("answer-body").replaceChildren(jsonView(body));
}

function report(error) {
  showError(part("alert"), error, () => {
    [part("sign-in"), part("call-api")].find((button) => button.checkVisibility())?.focus();
  });
}

function render(session) {
  if (signedIn && !session) journal.clear();
  signedIn = Boolean(session);
  const status = part("status");
  status.dataset.state = signedIn ? "signed-in" : "signed-out";
  status.textContent = signedIn ? `Signed in as ${accountName(session.claims)}` : "Signed out";
  part("welcome").hidden = signedIn;
  part("signed-in").hidden = !signedIn;
  part("session").replaceChildren(...(signedIn ? sessionView(session) : []));
  if (!signedIn) {
    part("answer").hidden = true;
    part("answer-body").replaceChildren();
  }
  renderTimeline(journal.chapters());
  renderTokens(session);
}

/** From the snapshot: to look at a token is no reason to renew it. */
function renderTokens(session) {
  part("tokens").hidden = !session;
  part("tokens").replaceChildren(...(session ? tokenViews(session) : []));
}

function tokenViews({ idToken, accessToken, expiresAt }) {
  return [
    tokenView({
      title: "ID token",
      purpose: "Tells this page who signed in.",
      token: idToken,
      expiresAt,
    }),
    tokenView({
      title: "Access token",
      purpose: "Lets this page call APIs in your name.",
      token: accessToken,
      expiresAt,
    }),
  ];
}

function renderTimeline(chapters) {
  const views = timelineView(chapters);
  part("timeline").hidden = views.length === 0;
  part("chapters").replaceChildren(...views);
}

function renderSettings({ issuer, clientId, redirectUri }, standIn) {
  part("settings").replaceChildren(
    ...factRows([
      ["Issuer", issuer],
      ["Client ID", clientId],
      ["Callback", redirectUri],
      ["You return to", currentPlace()],
    ]),
  );
  part("local-account").hidden = standIn || new URL(issuer).hostname !== "localhost";
}
