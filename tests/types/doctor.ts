import type { AuthErrorCode } from "pkce-wasm";
import { examine, type Finding } from "pkce-wasm/doctor";
import { same } from "./expect.js";

const findings = await examine({ issuer: "", clientId: "", redirectUri: "" }, ({ evidence }) => {
  same<typeof evidence, string>();
});
same<typeof findings, readonly Finding[]>();
for (const { verdict, code } of findings) {
  same<typeof verdict, "ok" | "warning" | "failed" | "skipped">();
  same<typeof code, AuthErrorCode | undefined>();
}
// @ts-expect-error a client ID is missing
void examine({ issuer: "", redirectUri: "" });
