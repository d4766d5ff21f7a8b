/** A text as a line: what a server or a file has in it must not steer the terminal. @param {string} text */
export function plain(text) {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, "");
}
