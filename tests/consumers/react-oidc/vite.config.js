import react from "@vitejs/plugin-react";

export default {
  plugins: [react()],
  resolve: { alias: { "oidc-client": "pkce-wasm/oidc-client-ts" } },
};
