// What only the size tells apart: an app that takes its settings from a preset.
import { createClient } from "pkce-wasm";
import { cognito } from "pkce-wasm/presets";

export const open = (settings) => createClient(cognito(settings));
