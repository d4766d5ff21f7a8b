/** What ends a command, in a sentence that says what to do. */
export class Problem extends Error {
  name = "Problem";

  /**
   * @param {string} code one of docs/errors.md, `unknown_form`, or `usage`
   * @param {string} message
   * @param {string} [about] the setting, by the name that the file has for it
   */
  constructor(code, message, about) {
    super(message);
    this.code = code;
    this.about = about;
  }
}
