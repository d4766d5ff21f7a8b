import { createClient } from "/pkg/index.js";
import "/pages/bare.js";

const [, , name] = location.pathname.split("/");
const settings = await (await fetch(`/settings/${name}`)).json();

window.clients = settings.map((options) => createClient(options));
[window.client] = window.clients;
window.started = Promise.all(window.clients.map((client) => signInBy(() => client.start())));
