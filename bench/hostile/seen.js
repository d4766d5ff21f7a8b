import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../target/hostile/", import.meta.url));
const fileOf = ({ peer, everyCheck }) =>
  `${folder}${peer.name}${everyCheck ? "-every-check" : ""}.json`;

/**
 * What one column of the table is made of.
 *
 * @typedef {object} Column
 * @property {string} version
 * @property {string[]} uses the endpoints that the library asks an honest provider
 * @property {Record<string, Record<string, import("./play.js").Seen>>} seen by area and case
 */

/**
 * Keeps what was seen, and of the cases that were not played what was seen before.
 *
 * @param {Column} column
 */
export function keep(setting, column) {
  mkdirSync(folder, { recursive: true });
  const before = existsSync(fileOf(setting)) ? kept(setting).seen : {};
  const seen = { ...before };
  for (const [area, now] of Object.entries(column.seen)) seen[area] = { ...before[area], ...now };
  writeFileSync(fileOf(setting), JSON.stringify({ ...column, seen }));
}

/** @returns {Column} */
export function kept(setting) {
  return JSON.parse(readFileSync(fileOf(setting), "utf8"));
}
