import { AuthError } from "pkce-wasm";

/** An application's code, which is given a client. */
export async function greeting(client) {
  try {
    const { session } = await client.start();
    if (session === null) return "Please sign in.";
    return `Hello ${session.claims.name}.`;
  } catch (error) {
    if (error instanceof AuthError && error.kind === "network") return "Please try again.";
    throw error;
  }
}
