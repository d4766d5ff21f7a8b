import { examine } from "../command/doctor/run.js";
import { importFiles } from "../command/import/importer.js";
import { Problem } from "../command/problem.js";

/** No pasted settings are longer. */
const MOST_BYTES = 64 * 1024;

/**
 * Answers with what the doctor finds in settings that were pasted into the page. The server asks, and not the
 * page, whose policy knows one provider only. A page of another origin cannot send JSON here, and another name
 * of this machine is not listened to.
 *
 * @param {string} origin of the playground
 */
export function createCheck(origin) {
  return async (request) => {
    const { host, "content-type": type } = request.headers;
    const isOurs = host === new URL(origin).host && type === "application/json";
    if (!isOurs) return { status: 403, body: {} };
    const text = await textOf(request);
    if (typeof text !== "string") return { status: 400, body: {} };
    return { body: await check(text, origin) };
  };
}

async function check(text, origin) {
  try {
    const { system, options, leftOut } = importFiles([{ name: "What was pasted", text }], {
      page: `${origin}/`,
    });
    const { findings } = await examine(options);
    return { system, leftOut, findings };
  } catch (problem) {
    const isSaid = problem instanceof Problem;
    if (!isSaid) console.error(problem);
    const code = isSaid ? problem.code : "internal";
    const evidence = isSaid ? problem.message : "The terminal of the playground says why.";
    return { findings: [{ check: "settings", verdict: "failed", evidence, code }] };
  }
}

/** The `text` of the body; undefined where there is none. */
async function textOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_BYTES) return undefined;
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()).text;
  } catch {
    return undefined;
  }
}
