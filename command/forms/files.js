import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Problem } from "../problem.js";

/** No configuration is as long; what is longer is not read to its end. */
const MOST_BYTES = 1024 * 1024;

/**
 * The text of a file, be it as long as it will.
 * @param {string} path `-` is the standard input
 */
export function read(path) {
  const bytes = Buffer.alloc(MOST_BYTES + 1);
  let length = 0;
  try {
    const file = path === "-" ? 0 : openSync(path, "r");
    try {
      if (fstatSync(file).isDirectory())
        throw new Problem("usage", `${path} is a folder: name a file.`);
      for (let more = -1; more !== 0 && length < bytes.length; length += more) {
        more = readSync(file, bytes, length, bytes.length - length, null);
      }
    } finally {
      if (file !== 0) closeSync(file);
    }
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem("usage", `${path} cannot be read: ${cause.code ?? "it is no file"}.`);
  }
  if (length === bytes.length) return undefined;
  return decoded(bytes.subarray(0, length));
}

/** UTF-8, or what Windows' editors and shells write. */
function decoded(bytes) {
  const isUtf16 =
    (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const encoding = !isUtf16 ? "utf-8" : bytes[0] === 0xff ? "utf-16le" : "utf-16be";
  return new TextDecoder(encoding).decode(bytes).replace(/\r\n?/g, "\n");
}
