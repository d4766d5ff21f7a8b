import type { Answer } from "../types/token-worker.js";

/** Asks, and reads at most `limit` bytes of the answer and the chunk that they end in. */
export function answerTo(url: string, init: RequestInit, limit: number): Promise<Answer>;
