/** The anchor that GitHub gives a heading, which the pages' links are written for. */
export function anchorOf(heading) {
  const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  return words.replace(/[^\p{L}\p{N}\s_-]/gu, "").replaceAll(" ", "-");
}
