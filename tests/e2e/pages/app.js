import { createClient } from "/pkg/index.js";
import "/pages/bare.js";

const [, , name] = location.pathname.split("/");
const settings = await (await fetch(`/settings/${name}`)).json();

window.clients = settings.map((options) => createClient(options));
[window.client] = window.clients;
window.started = Promise.all(window.clients.map((client) => signInBy(() => client.start())));

// For tests that cannot look into this page, in a frame of another origin.
window.started.then((outcomes) => new BroadcastChannel("started").postMessage(outcomes));

// The same, where the browser keeps the channels of another site's frames apart: their page passes it on.
addEventListener("message", async ({ data }) => {
  if (data === "sign in") parent.postMessage(await signInBy(() => client.signInPopup()), "*");
});
