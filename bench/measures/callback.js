import { libraries } from "../libraries/index.js";
import { interleaved } from "../rounds.js";
import { modesOf, signInTwice } from "./flow.js";

/**
 * How long a callback takes where a target is set for it: pkce-wasm, what it was before, the floor and
 * oidc-client-ts, in more rounds than there is time for with all libraries. Times are in milliseconds.
 */
export async function callback(scene) {
  const compared = libraries.filter(({ isCompared }) => isCompared);
  const cells = [0, 50, 150].flatMap((rtt) =>
    compared.flatMap((library) => modesOf(library).map((mode) => ({ library, mode, rtt }))),
  );
  // Without a network's delay, it makes no difference who asks for the metadata.
  const telling = cells.filter(({ mode, rtt }) => mode === "endpoints" || rtt > 0);
  const nameOf = ({ library, mode, rtt }) => `${library.name} ${mode} ${rtt}`;
  return interleaved(scene, telling, nameOf, async (cell) => {
    const { cold, warm } = await signInTwice(scene, cell);
    return { cold: cold.finish, warm: warm.finish };
  });
}
