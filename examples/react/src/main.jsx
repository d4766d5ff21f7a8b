import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "pkce-wasm";
import { AuthProvider } from "pkce-wasm/react";
import { App } from "./App.jsx";

const root = createRoot(document.querySelector("#app"));

async function begin() {
  const settings = await (await fetch("/settings.json")).json();
  const client = createClient({
    ...settings,
    redirectUri: `${location.origin}/callback`,
    postLogoutRedirectUri: `${location.origin}/`,
  });
  root.render(
    <StrictMode>
      <AuthProvider client={client}>
        <App />
      </AuthProvider>
    </StrictMode>,
  );
}

begin().catch((error) => root.render(<p role="alert">{String(error)}</p>));
