import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { Problem } from "../problem.js";
import { areInstalled } from "../setup/node-modules.js";
import { checkPorts } from "../setup/ports.js";
import { isOlder } from "../setup/rust.js";

test("node modules are installed when each has the version of the lock file", () => {
  const wanted = {
    packages: {
      "": { version: "0.1.0" },
      "hosted-ui": { version: "0.1.0" },
      "node_modules/hosted-ui": { link: true },
      "node_modules/a": { version: "1.0.0" },
      "node_modules/other-platform": { version: "1.0.0", optional: true },
    },
  };
  const present = (version) => ({ packages: { "node_modules/a": { version } } });
  assert.equal(areInstalled(wanted, present("1.0.0")), true);
  assert.equal(areInstalled(wanted, present("1.0.1")), false);
  assert.equal(areInstalled(wanted, { packages: {} }), false);
  assert.equal(areInstalled(wanted, undefined), false);
});

for (const host of ["127.0.0.1", "::"]) {
  test(`a port that a program listens on at ${host} is refused by number and purpose`, async () => {
    const server = createServer().listen(0, host);
    await once(server, "listening");
    const { port } = server.address();
    try {
      await assert.rejects(checkPorts({ "the playground": port }), (error) => {
        assert.ok(error instanceof Problem);
        assert.match(
          error.message,
          new RegExp(`^Port ${port}, for the playground, is in use: .+\\.$`),
        );
        return true;
      });
    } finally {
      server.close();
      await once(server, "close");
    }
    await checkPorts({ "the playground": port });
  });
}

test("versions of Rust are compared by number", () => {
  assert.equal(isOlder("1.87.0", "1.88"), true);
  assert.equal(isOlder("1.9.0", "1.88"), true);
  assert.equal(isOlder("1.88.0", "1.88"), false);
  assert.equal(isOlder("1.100.0", "1.88"), false);
});
