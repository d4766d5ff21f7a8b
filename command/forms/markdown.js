/**
 * The code of an issue's or a guide's text: its fenced blocks, each with the language that it names.
 * @param {string} text
 */
export function codeOf(text) {
  const blocks = [];
  let block;
  for (const written of text.split("\n")) {
    const line = written.replace(/^[ \t]*(?:> ?)*/, "");
    const [, fence, language] = /^(`{3,}|~{3,})[ \t]*([\w.+-]*)/.exec(line) ?? [];
    if (block === undefined) {
      if (fence !== undefined) block = { fence, language: language.toLowerCase(), lines: [] };
    } else if (fence !== undefined && fence.startsWith(block.fence) && language === "") {
      blocks.push(block);
      block = undefined;
    } else {
      block.lines.push(written.replace(/^[ \t]*> ?/, ""));
    }
  }
  if (block !== undefined) blocks.push(block);
  return blocks.map(({ language, lines }) => ({ language, code: lines.join("\n") }));
}
