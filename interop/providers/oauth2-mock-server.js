import { installNodePackages } from "../install.js";
import { startProgram } from "../program.js";

const knowsNobody =
  "it has no pages and no sessions, and answers every request with a code for the same user";

export const oauth2MockServer = {
  name: "oauth2-mock-server",
  version: "9.3.0",
  language: "JavaScript",
  surprises: [
    "it checks no refresh token: how a page takes the end of its session cannot be tested with it",
  ],
  registered: "nothing: it takes every client and every address",
  hasPages: false,
  install: () => installNodePackages("oauth2-mock-server"),
  async start(folder, { port }) {
    const issuer = `http://localhost:${port}`;
    const program = "node_modules/oauth2-mock-server/dist/oauth2-mock-server.mjs";
    const { stop } = await startProgram(
      [process.execPath, program, "-a", "localhost", "-p", String(port)],
      { folder, ready: `${issuer}/.well-known/openid-configuration` },
    );
    return { issuer, clientId: "interop", stop };
  },
  explained: {
    "prompt=none, signed out": knowsNobody,
    "come back": knowsNobody,
    cancel: knowsNobody,
    "expired session": "it refuses no refresh token",
  },
  ways: {},
};
