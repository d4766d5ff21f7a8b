/**
 * Mendings, each with what takes it back: a text of the bundle, and what stands in its place. With each
 * one taken back, some history must violate an invariant; otherwise the simulation would not see it.
 *
 * @type {{ name: string, text: string, instead: string }[]}
 *   `text` is there once in the bundle, as esbuild writes it
 */
export const mutations = [
  // Over and due.
  {
    name: "a session without a refresh token ends",
    text: 'if (isSpent(life, life.record, now)) finish(life, "expired", actions);',
    instead: "",
  },
  {
    name: "a provider's refusal ends the session, however it is worded",
    text: 'if (fault.ends) finish2(life, "ended", actions);',
    instead: "",
  },
  {
    name: "what a gate says is no answer of the provider's",
    text: "throw isGate ? {",
    instead: "throw false ? {",
  },
  {
    name: "a clock that was set back is noticed",
    text: "life.setBack += life.offset - offset;",
    instead: ";",
  },
  {
    name: "another tab's record may be from before the clock was set back",
    text: "life.setBack = ahead > 0 ? Math.max(ahead, life.setBack) : 0;",
    instead: "life.setBack = 0;",
  },
  {
    name: "an answer that came while the device slept is no end",
    text: "(this.#requests.isTimeless || isLate)",
    instead: "this.#requests.isTimeless",
  },
  {
    name: "a wrong clock is no end while nobody can be asked for the time",
    text: "(this.#requests.isTimeless || isLate)",
    instead: "isLate",
  },
  {
    name: "callers are refused as long as the provider wants to be left alone, and no longer",
    text: "life.heldUntil = ticks + hold;",
    instead: "life.heldUntil = life.notBefore;",
  },
  {
    name: "token requests have a pace",
    text: "after = Math.min(after, Math.max(due, life.pacedTo - ticks));",
    instead: "after = Math.min(after, Math.max(due, 0));",
  },
  {
    name: "a refresh that waited for its lock counts from when it is sent",
    text: "this.#session.requested(true);",
    instead: "",
  },
  {
    name: "an ID token that is over is not given",
    text: "if (isGood && (isFresh || !canRenew ||",
    instead: "if ((isFresh || !canRenew ||",
  },
  // Signed out.
  {
    name: "a record is removed only if it is still that one",
    text: "if (found === text)",
    instead: "",
  },
  {
    name: "a record is removed when a page that stood still has seen what others wrote",
    text: "if (isShared) await caughtUp(LAG_MILLIS);",
    instead: "",
  },
  {
    name: "a sign-out leaves a mark",
    text: "const isMarked = id !== void 0 && mark(page, id);",
    instead: "const isMarked = false;",
  },
  {
    name: "other tabs are told of a sign-out",
    text: 'if (isMarked) page.tell({ news: "signed_out", id });',
    instead: "",
  },
  {
    name: "what is over does not come back",
    text: "return record?.generation <= gone[record?.id];",
    instead: "return false;",
  },
  {
    name: "a page that is shown again looks into its store",
    text: '"pageshow", "visibilitychange", "prerenderingchange"',
    instead: '"never"',
  },
  {
    name: "a storage that was emptied is heard of",
    text: "if ((key ?? page.key) === page.key)",
    instead: "if (key === page.key)",
  },
  {
    name: "a refresh during a sign-out keeps nothing",
    text: "if (!await this.#isUpTo(newer)) return false;",
    instead: "",
  },
  {
    name: "what is written during a sign-out is taken back",
    text: "const hasEnded = () => page.ended().includes(record.id);",
    instead: "const hasEnded = () => false;",
  },
  {
    name: "what a tab that stood still wrote over another sign-in is written over",
    text: "(life.isUnsaved || isGone(life, record))",
    instead: "life.isUnsaved",
  },
  {
    name: "a sign-in that another one replaces is over",
    text: "mark(page, before.id);",
    instead: ";",
  },
  // Waiting.
  {
    name: "a lock is waited for no longer than ten seconds",
    text: ".abort(), LOCK_MILLIS)",
    instead: ", LOCK_MILLIS)",
  },
  {
    name: "a token that is good is given when its successor takes long",
    text: "mayHurry ? Promise.race([refreshed2, patience()]) : refreshed2",
    instead: "refreshed2",
  },
  {
    name: "the mark of a session that is over is let go",
    text: "for (const letGo of this.#marks.splice(0)) letGo?.();",
    instead: "",
  },
  // Kept.
  {
    name: "what could not be written stays in memory",
    text: "isSaved = false;",
    instead: "throw error;",
  },
  {
    name: "what could not be written is written later",
    text: "(life.isUnsaved || isGone(life, record))",
    instead: "isGone(life, record)",
  },
  {
    name: "an older record that was written late is written over",
    text: "if (own?.id === record.id && own.generation > record.generation) {",
    instead: "if (false) {",
  },
  {
    name: "a store that could not be read is read again",
    text: "life.isRead = false;",
    instead: "",
  },
  {
    name: "a store that fails says nothing of the session",
    text: "AbortSignal.timeout(STORE_MILLIS));",
    instead: "AbortSignal.timeout(STORE_MILLIS)).catch(() => null);",
  },
  {
    name: "a rotated refresh token is kept before the ID token is verified",
    text: "if (!await keep(refreshed2.interim)) return true;",
    instead: "",
  },
  // Once.
  {
    name: "a refresh leaves a mark for the other tabs",
    text: "const marks = [await this.#mark(version)];",
    instead: "const marks = [void 0];",
  },
  {
    name: "a refresh marks the record on the way, too",
    text: "marks.push(await this.#mark(this.#core.version(refreshed2.interim)));",
    instead: "",
  },
  {
    name: "the mark is held until the next refresh",
    text: "if (made2 !== version) this.#marks = marks;",
    instead: "for (const letGo of marks) letGo?.();",
  },
  {
    name: "other tabs are asked for a newer record",
    text: "if (before === null || !inAnyCase && sureAt === news)",
    instead: "if (true)",
  },
  {
    name: "the newest answer counts, and not the first",
    text: "generation = record.generation;",
    instead: "generation = Infinity;",
  },
  {
    name: "a page that stood still while it asked asks again",
    text: "if (performance.now() - start > STOOD_STILL_MILLIS)",
    instead: "if (false)",
  },
  {
    name: "a page that stood still before it sent asks again",
    text: "if (!isCurrent()) return false;",
    instead: "",
  },
  {
    name: "who stood still has news to hear",
    text: "if (ticks > life.ringsAt + LATE_MILLIS) life.news += 1;",
    instead: "",
  },
  {
    name: "other tabs are told of a record that no store took",
    text: 'if (isAnother || isSaved && life.isUnsaved) actions.push(["tell"]);',
    instead: 'if (isSaved && (isAnother || life.isUnsaved)) actions.push(["tell"]);',
  },
  {
    name: "a code is marked as sent before it is sent",
    text: 'if (release === null) return { handled: "answered", ...leads };',
    instead: "",
  },
  {
    name: "a transaction is marked as answered before its code is sent",
    text: "this.#core.keepTransaction(key, answered);",
    instead: "",
  },
  {
    name: "a callback: who stood still after it was marked sends no code",
    text: "if (!isWithin(SENT_MILLIS)) {",
    instead: "if (false) {",
  },
];

/** What takes a mending back in a bundle. */
export const mutate = (name) => (code) => {
  const { text, instead } = mutations.find((mutation) => mutation.name === name);
  const parts = code.split(text);
  if (parts.length !== 2) {
    throw new Error(`"${name}": its text is ${parts.length - 1} times in the bundle.`);
  }
  return parts.join(instead);
};
