import assert from "node:assert/strict";
import { test } from "node:test";
import { address, atCallback, open, settled, wordsOf } from "./fixtures/page.js";
import "@angular/compiler";
import {
  HttpBackend,
  HttpClient,
  HttpErrorResponse,
  HttpResponse,
  provideHttpClient,
  withInterceptors,
} from "@angular/common/http";
import { Component, runInInjectionContext } from "@angular/core";
import { createApplication } from "@angular/platform-browser";
import { provideRouter, Router, RouterOutlet, withHashLocation } from "@angular/router";
import { authGuard, authInterceptor, injectAuth, provideAuth } from "pkce-wasm/angular";
import { fakeClient } from "pkce-wasm/testing";
import { firstValueFrom, NEVER, of, throwError } from "rxjs";

const ada = { sub: "ada", email: "ada@example.com" };

/** A class with a decorator, compiled here. */
const component = (template, more = {}, type = class {}) =>
  Component({ selector: "app-root", template, ...more })(type) ?? type;

const App = component(
  `<p>{{ auth.status() }} {{ auth.error()?.code }}</p><router-outlet />`,
  { imports: [RouterOutlet] },
  class {
    auth = injectAuth();
  },
);
const page = (words) => component(`<h1>${words}</h1>`, { selector: "app-page" });

/** An application with a public page and a private one. */
async function bootstrap(t, client, { routing = [], ...options } = {}) {
  const routes = [
    { path: "", component: page("Home") },
    { path: "callback", component: page("Callback") },
    { path: "orders", component: page("Orders"), canActivate: [authGuard] },
  ];
  const providers = [provideRouter(routes, ...routing), provideAuth(client, options)];
  document.body.innerHTML = "<app-root></app-root>";
  const app = await createApplication({ providers });
  t.after(() => app.destroy());
  app.bootstrap(App);
  const router = app.injector.get(Router);
  const auth = runInInjectionContext(app.injector, injectAuth);
  const shows = async (words) => {
    await settled();
    app.tick();
    assert.equal(wordsOf(document.body), words);
  };
  return { auth, router, shows };
}

test("a private page sends to sign in, and asks to come back to its own address", async (t) => {
  open("/orders?year=2026#totals");
  const client = fakeClient();
  const { shows } = await bootstrap(t, client, { signIn: { prompt: "login" } });
  await shows("loading");
  assert.deepEqual(client.signIns, [{ returnTo: "/orders?year=2026#totals", prompt: "login" }]);
});

test("a router that keeps its path in the fragment comes back to it, too", async (t) => {
  open("/#/orders?year=2026");
  const client = fakeClient();
  const { shows } = await bootstrap(t, client, { routing: [withHashLocation()] });
  await shows("loading");
  assert.deepEqual(client.signIns, [{ returnTo: "/#/orders?year=2026" }]);
});

test("after a sign-in the router is where that began, and the response is nowhere", async (t) => {
  open("/callback?code=1&state=2");
  const client = fakeClient({ signedInAs: ada, returnTo: "/orders?year=2026#totals" });
  const { router, shows } = await bootstrap(t, atCallback(client));
  await shows("signed_in, Orders");
  assert.equal(router.url, "/orders?year=2026#totals");
  assert.equal(address(), "/orders?year=2026#totals");
});

test("a callback that fails leaves its page without the response", async (t) => {
  open("/callback?code=1&state=2");
  const client = fakeClient({ failing: "network" });
  const { router, shows } = await bootstrap(t, atCallback(client));
  await shows("signed_out network, Callback");
  assert.equal(router.url, "/callback");
  assert.equal(address(), "/callback");
});

test("a page that is opened with an error begins no sign-in, and is shown once there was one", async (t) => {
  open("/orders");
  const client = fakeClient({ failing: { start: "provider_denied" }, signsInAs: ada });
  const { auth, shows } = await bootstrap(t, client);
  await shows("signed_out provider_denied");
  assert.deepEqual(client.signIns, []);
  assert.equal(address(), "/orders");
  await auth.signInPopup();
  await shows("signed_in, Orders");
});

test("a link to a private page means it, whatever failed before", async (t) => {
  open("/");
  const client = fakeClient({ failing: { start: "storage_blocked" } });
  const { router, shows } = await bootstrap(t, client);
  await shows("signed_out storage_blocked, Home");
  void router.navigateByUrl("/orders");
  await shows("loading, Home");
  assert.deepEqual(client.signIns, [{ returnTo: "/orders" }]);
});

test("who cannot leave for the provider stays on the page, and reads why", async (t) => {
  open("/");
  const client = fakeClient({ failing: { signIn: "network" } });
  const { router, shows } = await bootstrap(t, client);
  await settled();
  assert.equal(await router.navigateByUrl("/orders"), false);
  await shows("signed_out network, Home");
  assert.equal(address(), "/");
});

test("what a component shows changes with the session", async (t) => {
  open("/");
  const client = fakeClient({ signedInAs: ada });
  const { auth, shows } = await bootstrap(t, client);
  await shows("signed_in, Home");
  assert.equal(auth.session().claims.email, "ada@example.com");
  client.end("ended");
  await shows("signed_out, Home");
  assert.equal(auth.session(), null);
});

test("a component without the provider is told what to do", async (t) => {
  const app = await createApplication();
  t.after(() => app.destroy());
  const inject = () => runInInjectionContext(app.injector, injectAuth);
  assert.throws(inject, /provideAuth\(client\)/);
});

/** An application's `HttpClient`, and the tokens that its requests were sent with. */
async function http(t, client, { answer = () => of(new HttpResponse()), ...options } = {}) {
  open("/");
  const tokens = [];
  const handle = (request) => {
    tokens.push(request.headers.get("authorization"));
    return answer(request);
  };
  const app = await createApplication({
    providers: [
      provideAuth(client),
      provideHttpClient(withInterceptors([authInterceptor(options)])),
      { provide: HttpBackend, useValue: { handle } },
    ],
  });
  t.after(() => app.destroy());
  const api = app.injector.get(HttpClient);
  return { tokens, get: (url) => firstValueFrom(api.get(url)), api };
}

const unauthorized = () => throwError(() => new HttpErrorResponse({ status: 401 }));

test("the token goes to the page's own origin, and nowhere else", async (t) => {
  const { tokens, get } = await http(t, fakeClient({ signedInAs: ada }));
  await get("/api/orders");
  for (const host of [
    "api.example.com",
    "app.test:8443",
    "app.test@evil.test",
    "app.test.evil.test",
  ]) {
    await get(`https://${host}/`);
  }
  assert.deepEqual(tokens, ["Bearer fake-access-token-1", null, null, null, null]);
});

test("the token goes to the origins that are named, instead", async (t) => {
  const allowedOrigins = ["https://api.example.com/v1"];
  const client = fakeClient({ signedInAs: ada });
  const { tokens, get } = await http(t, client, { allowedOrigins, bearer: "id_token" });
  await get("https://api.example.com/orders");
  await get("/api/orders");
  assert.deepEqual(tokens, [`Bearer ${client.session.idToken}`, null]);
});

test("an origin that is none is no other than the page's own", async (t) => {
  const client = fakeClient({ signedInAs: ada });
  const { tokens, get } = await http(t, client, { allowedOrigins: ["api.example.com"] });
  await assert.rejects(get("/api/orders"), { code: "ERR_INVALID_URL" });
  assert.deepEqual(tokens, []);
});

test("who is not signed in sends no token", async (t) => {
  const { tokens, get } = await http(t, fakeClient());
  await get("/settings.json");
  assert.deepEqual(tokens, [null]);
});

test("a request that is refused goes once more, with a renewed token", async (t) => {
  const answer = ({ headers }) =>
    headers.get("authorization").endsWith("-1") ? unauthorized() : of(new HttpResponse());
  const { tokens, get } = await http(t, fakeClient({ signedInAs: ada }), { answer });
  await Promise.all([get("/api/orders"), get("/api/users")]);
  const numbers = tokens.map((token) => token.at(-1));
  assert.deepEqual(numbers, ["1", "1", "2", "2"]);
});

test("an API that takes no token makes one refresh, and its answer is the caller's", async (t) => {
  const { tokens, get } = await http(t, fakeClient({ signedInAs: ada }), { answer: unauthorized });
  await assert.rejects(get("/api/orders"), { status: 401 });
  await assert.rejects(get("/api/orders"), { status: 401 });
  assert.deepEqual(
    tokens.map((token) => token.at(-1)),
    ["1", "2", "2"],
  );
});

test("a request that is refused when no other token is to be had fails as it was refused", async (t) => {
  const client = fakeClient({ signedInAs: ada, failing: { refresh: "network" } });
  const { tokens, get } = await http(t, client, { answer: unauthorized });
  await assert.rejects(get("/api/orders"), { status: 401 });
  assert.equal(tokens.length, 1);
});

test("what ends a request ends its wait for a token", async (t) => {
  const client = fakeClient({ signedInAs: ada });
  const { api, tokens } = await http(t, client, { answer: () => NEVER });
  let signal;
  client.accessToken = (options) => {
    ({ signal } = options);
    return new Promise(() => undefined);
  };
  const request = api.get("/api/orders").subscribe();
  assert.equal(signal.aborted, false);
  request.unsubscribe();
  assert.equal(signal.aborted, true);
  assert.deepEqual(tokens, []);
});
