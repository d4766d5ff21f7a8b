/**
 * A device whose clock is wrong by as many milliseconds as the test has noted for this tab, or made
 * it go wrong since.
 */
{
  const NOTE = "clock-offset";
  const Right = Date;
  let offset = 0;
  try {
    offset = Number(sessionStorage.getItem(NOTE));
  } catch {
    // A page without storage has the right time.
  }
  window.Date = class Date extends Right {
    constructor(...given) {
      if (given.length === 0) super(Right.now() + offset);
      else super(...given);
    }
    static now() {
      return Right.now() + offset;
    }
  };
  /** From now on, and on the pages to come in this tab, the clock shows so much more. */
  window.skipTime = (millis) => {
    offset += millis;
    sessionStorage.setItem(NOTE, offset);
  };
}
