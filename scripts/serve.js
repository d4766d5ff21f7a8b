// `npm start`: sets up, builds, and serves the playground with its provider.
import { command, Problem } from "./problem.js";
import { build } from "./setup/build.js";
import { installNodeModules } from "./setup/node-modules.js";
import { checkPorts } from "./setup/ports.js";
import { prepareRust } from "./setup/rust.js";

const ISSUER_PORT = 9400;
const DOMAIN_PORT = 9401;
const PLAYGROUND_PORT = 8585;

await command(async () => {
  await checkPorts({
    "the playground": PLAYGROUND_PORT,
    "the issuer": ISSUER_PORT,
    "the hosted UI": DOMAIN_PORT,
  });
  await prepareRust();
  await installNodeModules();
  await build();

  const running = await serve().catch((error) => {
    throw error.code === "EADDRINUSE" ? new Problem(error.message) : error;
  });
  console.log(`
  Playground  ${running.playground}
  Issuer      ${running.issuer}
  Hosted UI   ${running.domain}

  Sign in as user@example.com with the password Passw0rd!
  Press Ctrl+C to stop.
`);

  const stop = () => running.close().then(() => process.exit());
  process.once("SIGINT", stop).once("SIGTERM", stop);
});

async function serve() {
  // These need the node modules, which may have been installed only now.
  const { startHostedUi } = await import("hosted-ui");
  const { startPlayground } = await import("../www/server.js");

  const ui = await startHostedUi({ issuerPort: ISSUER_PORT, domainPort: DOMAIN_PORT });
  const { issuer, domain } = ui;
  const playground = await startPlayground({
    port: PLAYGROUND_PORT,
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
