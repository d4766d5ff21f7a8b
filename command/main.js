#!/usr/bin/env node
// `npx pkce-wasm`: one command each.

import { doctorCommand } from "./doctor/command.js";
import { importCommand } from "./import/command.js";
import { plain } from "./plain.js";
import { Problem } from "./problem.js";

const HELP = `Usage: npx pkce-wasm <command>

  doctor         whether a sign-in will work, and if not, why
  import FILE…   options of createClient from settings that you have

npx pkce-wasm <command> --help says more.
`;

const COMMANDS = { doctor: doctorCommand, import: importCommand };

const [name, ...words] = process.argv.slice(2);
try {
  const command = Object.hasOwn(COMMANDS, name ?? "") ? COMMANDS[name] : undefined;
  if (command !== undefined) {
    process.exitCode = await command(words);
  } else if (name === undefined || /^(?:help|--help|-h)$/.test(name)) {
    process.stdout.write(HELP);
  } else {
    throw new Problem("usage", `There is no command ${name}: see npx pkce-wasm --help.`);
  }
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${plain(error.message)}\n`);
  process.exitCode = 2;
}
