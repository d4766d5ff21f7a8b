import { libraries } from "../libraries/index.js";
import { interleaved } from "../rounds.js";
import { newUser } from "../user.js";

/** How many times a second a page can ask for the token that it has. */
export async function calls(scene) {
  scene.network.rtt = 0;
  return interleaved(
    scene,
    libraries,
    ({ name }) => name,
    (library) => hotPath(scene, library),
  );
}

async function hotPath(scene, { name }) {
  const user = await newUser(scene, `${scene.app.origin}/${name}/endpoints`);
  try {
    await user.signIn();
    const perSecond = await user.page.evaluate(async () => {
      const callsWithin = async (millis) => {
        const start = performance.now();
        let count = 0;
        for (; performance.now() - start < millis; count += 1) await app.token();
        return (count * 1000) / (performance.now() - start);
      };
      await callsWithin(200);
      return callsWithin(500);
    });
    return { perSecond };
  } finally {
    await user.leave();
  }
}
