import type { EndReason } from "./life.js";

/** What the tabs of a client tell all the others. */
export type News = "changed" | "signed_out";

/** A record goes only to a tab that has the same session already. */
export type Message =
  | {
      readonly news: News;
      readonly id?: string | undefined;
      readonly reason?: EndReason | undefined;
      readonly wanted?: never;
    }
  | { readonly news?: never; readonly wanted: string; readonly generation: number }
  | {
      readonly news?: never;
      readonly wanted?: never;
      readonly newer: string;
      readonly text: string;
    };
