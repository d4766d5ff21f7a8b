import { version } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { createClient } from "pkce-wasm";
import { App, renders, shown } from "./app.jsx";

/** What React and the page complain about. */
const complaints = [];
for (const method of ["warn", "error"]) {
  const print = console[method];
  console[method] = (...values) => {
    complaints.push(values.map(String).join(" "));
    print.apply(console, values);
  };
}
addEventListener("error", ({ message }) => complaints.push(message));
addEventListener("unhandledrejection", ({ reason }) => complaints.push(String(reason)));

const client = createClient(window.settings);
Object.assign(window, { client, complaints, renders, shown, reactVersion: version });

const root = document.querySelector("#root");
const app = <App client={client} suspends={sessionStorage.getItem("suspends") !== null} />;
if (root.hasChildNodes()) hydrateRoot(root, app);
else createRoot(root).render(app);
