import { parse } from "unbash";

/**
 * The commands of a shell script: the variables that are set there, and of each command its words and its
 * `--flags`. Nothing is run, and nothing is expanded: `$NAME` stays, for variables.js.
 * @param {string} text
 */
export function readShell(text) {
  const variables = Object.create(null);
  const commands = [];
  const visit = (node) => {
    const { command } = node;
    if (node.type !== "Statement" || command?.type !== "Command") {
      for (const each of node.commands ?? command?.commands ?? []) visit(each);
      return;
    }
    for (const each of [...command.prefix, ...command.suffix]) {
      if (each.type === "Assignment") variables[each.name] = textOf(each.value);
    }
    const words = command.suffix
      .filter(({ type }) => type === "Word")
      .map(textOf)
      // A variable whose `$` was forgotten is nobody's value.
      .map((word) => (Object.hasOwn(variables, word) ? `<${word}>` : word));
    if (command.name) commands.push({ name: textOf(command.name), ...flagsOf(words) });
  };
  visit(parse(bearable(text)));
  return { variables, commands };
}

/** Guides have `<client-id>`, which a shell would take for files; and prompts. */
function bearable(text) {
  return text.replace(/^[ \t]*[$>] /gm, "").replace(/(?<!['"])<([\w -]+)>(?!['"])/g, "'<$1>'");
}

/** `value` has single quotes taken off; where a `$` in them is no variable, it is no value either. */
function textOf(word) {
  return word?.value ?? "";
}

function flagsOf(words) {
  const flags = Object.create(null);
  const others = [];
  for (let index = 0; index < words.length; index += 1) {
    const [, name, , value] = /^(--?[A-Za-z][\w.-]*)(=(.*))?$/s.exec(words[index]) ?? [];
    if (name === undefined) {
      others.push(words[index]);
    } else if (value !== undefined) {
      flags[name] = value;
    } else {
      const next = words[index + 1];
      const hasValue = next !== undefined && !/^--?[A-Za-z]/.test(next);
      flags[name] = hasValue ? next : "true";
      if (hasValue) index += 1;
    }
  }
  return { words: others, flags };
}
