import type { Happening } from "../types/life.js";

export const made: Happening;
export const requested: Happening;
export const refreshed: Happening;
export const awaited: Happening;
