// Sequence pictures of the pages, from the Mermaid that GitHub shows as it is: drawn as the site is built, in its
// colours. The words beside each are for who does not see it, and for a screen that is too narrow for it.
import { renderMermaidSVG } from "beautiful-mermaid";

/** @param {string} source a sequence diagram in Mermaid */
export function picture(source) {
  const drawn = renderMermaidSVG(numbered(source), { transparent: true });
  const steps = [
    ...drawn.matchAll(/<g class="message" data-from="(.*?)" data-to="(.*?)" data-label="(.*?)"/gs),
  ];
  if (steps.length === 0) throw new Error(`There is no step in this picture:\n${source}`);
  const names = namesOf(source);
  const items = steps.map(([, from, to, label]) => {
    const who = from === to ? names.get(from) : `${names.get(from)} → ${names.get(to)}`;
    return `<li><b>${who}</b> ${label.replace(/^\d+\. /, "").replace(/\s+/g, " ")}</li>`;
  });
  // The site has the rules; a `<style>` of a page would be Vue's.
  const svg = drawn
    .replace(/<style>.*?<\/style>/s, "")
    .replace("<svg ", '<svg aria-hidden="true" ');
  return `<figure class="sequence" v-pre>${svg}<ol>${items.join("")}</ol></figure>\n`;
}

/** What `autonumber` says, which the drawing does not know, in the words of each step. */
function numbered(source) {
  let count = 0;
  return source
    .replace(/^\s*autonumber\n/m, "")
    .replace(/^(\s*\w+-?->>\w+: )/gm, (arrow) => `${arrow}${(count += 1)}. `);
}

function namesOf(source) {
  const participants = source.matchAll(/^\s*participant (\w+)(?: as (.+))?$/gm);
  return new Map([...participants].map(([, id, name = id]) => [id, name]));
}
