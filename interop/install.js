import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Problem } from "../scripts/problem.js";
import { run } from "../scripts/run.js";
import { npm } from "../scripts/setup/node-modules.js";

const installed = fileURLToPath(new URL(".providers", import.meta.url));
const own = (name) => fileURLToPath(new URL(`providers/${name}`, import.meta.url));

/**
 * Copies a provider's folder beside its installation, and installs what its file of versions names
 * where that has changed since.
 *
 * @param {string} name of the folder in providers/
 * @param {string[]} pins the files that say what is installed, or built
 * @param {(folder: string) => [title: string, program: string[]][]} programs install it
 * @returns {Promise<string>} the folder
 */
async function prepare(name, pins, programs) {
  const folder = join(installed, name);
  await mkdir(folder, { recursive: true });
  await cp(own(name), folder, { recursive: true });
  const digest = createHash("sha256");
  for (const pin of pins) digest.update(await readFile(join(folder, pin)));
  const wanted = digest.digest("hex");
  const stamp = join(folder, ".installed");
  const present = existsSync(stamp) ? await readFile(stamp, "utf8") : undefined;
  if (present === wanted) return folder;
  for (const [title, program] of programs(folder)) await execute(title, program);
  await writeFile(stamp, wanted);
  return folder;
}

async function execute(title, program) {
  const { status, output } = await run(title, program).catch(({ code, message }) => ({
    output: code === "ENOENT" ? `${program[0]} is missing` : message,
  }));
  if (status === 0) return;
  const lines = output.trim().split("\n").slice(-12).join("\n");
  throw new Problem(`${title} failed (${program.slice(0, 3).join(" ")}):\n${lines}`);
}

/** Packages of npm, of the versions in the provider's package-lock.json. */
export function installNodePackages(name) {
  return prepare(name, ["package-lock.json"], (folder) => [
    [`Installing ${name}`, [...npm, "ci", "--prefix", folder, "--ignore-scripts", "--no-audit"]],
  ]);
}

/** Packages of Python, of the versions in the provider's requirements.txt, in an environment of their own. */
export async function installPythonPackages(name) {
  const folder = await prepare(name, ["requirements.txt"], (into) => [
    [`Making a Python environment for ${name}`, ["python3", "-m", "venv", join(into, "venv")]],
    [
      `Installing ${name}`,
      [
        ...[join(into, "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check"],
        ...["--no-deps", "--requirement", join(into, "requirements.txt")],
      ],
    ],
  ]);
  return { folder, python: join(folder, "venv/bin/python") };
}

/** An application in Java, of which pom.xml in the provider's folder has the versions. */
export function buildWithMaven(name, sources) {
  return prepare(name, ["pom.xml", ...sources], (folder) => [
    [
      `Building ${name}`,
      ["mvn", "--batch-mode", "--quiet", "--file", join(folder, "pom.xml"), "package"],
    ],
  ]);
}

/** A program in Go, of which go.mod in the provider's folder has the versions. */
export function buildWithGo(name) {
  return prepare(name, ["go.mod", "main.go"], (folder) => [
    [`Building ${name}`, ["go", "build", "-C", folder, "-o", join(folder, "provider"), "."]],
  ]);
}
