import { lineOfRefusal, startHostedUi } from "hosted-ui";
import { startPlayground } from "../www/server.js";

/**
 * The playground and its provider, as `npm start` serves them.
 *
 * @param {object} options ports, and who is told why the provider refused a request
 * @param {(line: string) => void} options.tell
 */
export async function serve({ playgroundPort, issuerPort, domainPort, tell }) {
  const onRefusal = (refusal) => tell(`  ${lineOfRefusal(refusal)}`);
  const ui = await startHostedUi({ issuerPort, domainPort, onRefusal });
  const { issuer, domain } = ui;
  const playground = await startPlayground({
    port: playgroundPort,
    issuer,
    domain,
    clientId: "local-playground-client",
  });
  return {
    playground: playground.origin,
    issuer,
    domain,
    close: () => Promise.all([playground.close(), ui.close()]),
  };
}
