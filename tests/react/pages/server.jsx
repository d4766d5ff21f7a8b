import { renderToString } from "react-dom/server";
import { createClient } from "pkce-wasm";
import { App } from "./app.jsx";

/** As a server renders it, where there is no page. */
export function render(options) {
  return renderToString(<App client={createClient(options)} />);
}
