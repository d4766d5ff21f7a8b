/**
 * What a system's settings are, where a file has them.
 * @typedef {object} Found
 * @property {string} system
 * @property {Record<string, import("../forms/tree.js").Setting>} settings by the names of `make`
 * @property {import("../forms/tree.js").Setting[]} secrets of this very client
 * @property {import("./left-out.js").LeftOut[]} leftOut
 * @property {{ setting: string, path?: string }} callback where the callback is, and its path at the system's
 *   own page, where it has one
 * @property {Record<string, string>} madeOf which setting an option is made of, where their names differ
 * @property {(values: object, rest: object) => object} make the options of `createClient`
 * @property {string[]} [unknown] what the file cannot say
 */

/** @typedef {(places: import("../forms/tree.js").Place[], given: object) => Found | undefined} Find */

export {};
