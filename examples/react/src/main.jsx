import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "pkce-wasm";
import { AuthProvider } from "pkce-wasm/react";
import { App } from "./App.jsx";

const settings = await (await fetch("/settings.json")).json();
const client = createClient({
  ...settings,
  redirectUri: `${location.origin}/callback`,
  postLogoutRedirectUri: `${location.origin}/`,
});

createRoot(document.querySelector("#app")).render(
  <StrictMode>
    <AuthProvider client={client}>
      <App />
    </AuthProvider>
  </StrictMode>,
);
