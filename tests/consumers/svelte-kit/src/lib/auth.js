import { goto } from "$app/navigation";
import { createAuth } from "pkce-wasm/svelte";
import { client } from "../client.js";

export const auth = createAuth(client, { goto });
