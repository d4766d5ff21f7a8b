// A session's life in one page: what happens, what becomes of it, and what is to be done about it.
//
// It has no clock, no storage and no channel: whoever drives it brings what they say, and does what it
// asks for. `now` is the device's wall clock, in milliseconds since the epoch; `ticks` are those of a
// clock that nobody sets. What a record says (when its tokens are due, whether they can be renewed) the
// core has settled when it made it. What happens only where the core is, comes with it:
// `with-core/happenings.js`.

/** The longest that a timer is trusted: it stands still while the device sleeps. */
const LONGEST_MILLIS = 60_000;

/** By how much a timer is late in a page that stood still. */
const LATE_MILLIS = 2_000;

/** How far ahead the end of a session is told that nobody can renew. */
const LEAD_MILLIS = 60_000;

/** When to look again for a core that could not be had. */
const STUCK_MILLIS = 60_000;

/** When to try again to write what the store did not take, or to read it. */
const AGAIN_MILLIS = 5_000;

/** By how much the wall clock has to fall behind to have been set back. */
const SET_BACK_MILLIS = 1_000;

const EXPIRY = { access_token: "expires_at", id_token: "id_token_expires_at" };

/** The life of a page that has not looked into its store. `bearer` is the token that it sends to APIs. */
export function begin(bearer) {
  return {
    bearer,
    text: null,
    record: null,
    gone: {},
    news: 0,
    notBefore: 0,
    heldUntil: 0,
    pacedTo: -Infinity,
    setBack: 0,
  };
}

/** What becomes of a life by an event, what is to be done, in that order, and what is answered. */
export function live(before, event, now, ticks) {
  const life = { ...before };
  const actions = [];
  noticeClock(life, now - ticks);
  // Who stood still has yet to hear what happened meanwhile.
  if (ticks > life.ringsAt + LATE_MILLIS) life.news += 1;
  const happen = event.happen ?? happenings[event.type];
  const answer = happen(life, event, actions, now, ticks, means);
  settle(life, actions, now, ticks);
  return { life, actions, answer };
}

const happenings = {
  /** The store was read. `ended` names the sign-ins that were signed out of. */
  stored(life, { text, record, ended }, actions, now) {
    life.isRead = true;
    signOut(life, ended, actions);
    const own = life.record;
    const found = isWorthless(life, record, now) ? null : record;
    if (found !== record) actions.push(["remove", text]);
    if (found && (found.id !== own?.id || found.generation > own.generation)) {
      take(life, text, found, actions, now);
    } else if (own && (life.isUnsaved || isGone(life, record))) {
      // Not taken yet, or a tab that stood still has written what is over onto it.
      actions.push(["save", life.text]);
    } else if (!found) {
      // It is at its end; or somebody took it out: a sign-out elsewhere, or the application.
      finish(life, record ? "expired" : "signed_out", actions);
    }
  },

  /** The store could not be read, which says nothing of the session: it may have news. */
  unread(life) {
    life.isRead = false;
  },

  /** The user has signed out of that sign-in, here or in another tab; or was, for a reason. */
  signed_out(life, { id, reason }, actions) {
    signOut(life, [id], actions, reason);
    actions.push(["look"]);
  },

  /** Another tab has written a record. */
  changed(life, _, actions) {
    life.news += 1;
    // Its request came through.
    life.notBefore = life.heldUntil;
    actions.push(["look"]);
  },

  /**
   * The page is back: from sleep, from the background, from being offline; or out of a cache, where it was
   * away and heard nothing.
   */
  woke(life, { wasAway }, actions) {
    if (wasAway) life.news += 1;
    life.pause = 0;
    life.notBefore = life.heldUntil;
    actions.push(["look"]);
  },

  /** It is the time that was asked for, or later. News of another tab may have been lost. */
  rang(life, _, actions) {
    actions.push(["look"]);
  },

  /** The core could not be had for a refresh. */
  stuck(life, _, actions, now, ticks) {
    life.renewing = null;
    life.notBefore = ticks + STUCK_MILLIS;
  },

  /**
   * Somebody wants a token. There is one to `give`, or there is none; else it is for the core to wait for
   * another one than the session `had`.
   */
  wanted(life, { kind, minValiditySeconds, refused }, actions, now) {
    const { record } = life;
    if (!record) return {};
    const time = present(life, record, now);
    const left = record[EXPIRY[kind]] - time;
    // Put so that what is not a number makes it due: a token that is over is never given.
    const isFresh =
      minValiditySeconds === undefined
        ? left > 0 && time < record.refresh_at
        : left > 1_000 * minValiditySeconds;
    return isFresh && refused === undefined ? { give: record[kind] } : { had: record };
  },
};

/** What is due by the time alone: the session's end, its renewal, or the next look at both. */
function settle(life, actions, now, ticks) {
  if (isSpent(life, life.record, now)) finish(life, "expired", actions);
  const { record } = life;
  let after = life.isRead && !life.isUnsaved ? LONGEST_MILLIS : AGAIN_MILLIS;
  if (record) {
    const time = present(life, record, now);
    const end = endOf(life, record);
    let left = end - time;
    if (left > LEAD_MILLIS) {
      left -= LEAD_MILLIS;
    } else if (life.ending !== end) {
      life.ending = end;
      actions.push(["expiring", now + left]);
    }
    after = Math.min(after, left);
    if (record.refresh_token !== undefined && !life.renewing) {
      // Who asks waits for no pause of ours.
      const due = life.isWanted ? 0 : Math.max(record.refresh_at - time, life.notBefore - ticks);
      after = Math.min(after, Math.max(due, life.pacedTo - ticks));
      if (after <= 0) {
        life.renewing = record;
        after = LONGEST_MILLIS;
        actions.push(["refresh"]);
      }
    }
  }
  life.ringsAt = ticks + after;
  actions.push(["ring"]);
}

/** The user has signed out of those sign-ins. */
function signOut(life, ids, actions, reason = "signed_out") {
  for (const id of ids) forget(life, id, Infinity);
  if (isGone(life, life.record)) finish(life, reason, actions);
}

/** The session is over for good. */
function finish(life, reason, actions) {
  if (!life.record) return;
  life.isUnsaved = false;
  actions.push(["remove", life.text], ["over", reason]);
  forget(life, life.record.id, life.record.generation);
  life.record = life.text = null;
}

/** What is over does not come back, be it in the store for a while yet: so many generations of a sign-in. */
function forget(life, id, generation) {
  if (!(generation < life.gone[id])) life.gone = { ...life.gone, [id]: generation };
}

function isGone({ gone }, record) {
  return record?.generation <= gone[record?.id];
}

/** Whether a record is of a session that is over, or at its end. */
function isWorthless(life, record, now) {
  return isGone(life, record) || isSpent(life, record, now);
}

function take(life, text, record, actions, now) {
  const own = life.record;
  const isRenewed = own?.access_token !== record.access_token;
  Object.assign(life, { text, record, isUnsaved: false, sureAt: -1 });
  // Another tab's may be from before the clock was set back, which this page saw nothing of.
  if (isRenewed) {
    const ahead = record.obtained_at - now;
    life.setBack = ahead > 0 ? Math.max(ahead, life.setBack) : 0;
  }
  if (isRenewed || own?.id_token !== record.id_token) {
    life.isWanted = false;
    actions.push(["show"]);
  }
}

/**
 * A clock that was set back makes tokens seem younger than they are. It is told from a device that
 * slept, while some engines let the ticks stand still: then the wall clock is ahead of them.
 */
function noticeClock(life, offset) {
  if (offset < life.offset - SET_BACK_MILLIS) life.setBack += life.offset - offset;
  else if (offset < life.offset) return;
  life.offset = offset;
}

/** The time by the clock that the record's times were taken from. */
function present(life, record, now) {
  // Another record was made after that, for all that is known.
  const setBack = life.record?.access_token === record.access_token ? life.setBack : 0;
  return Math.max(now + setBack, record.obtained_at ?? 0);
}

/** Whether it is a session at its end. */
function isSpent(life, record, now) {
  return record && !(present(life, record, now) < endOf(life, record));
}

/** Where nobody can renew it, a session lasts as long as both tokens do that its page gives out. */
function endOf({ bearer }, record) {
  const end = record[EXPIRY[bearer]];
  if (record.refresh_token === undefined) return Math.min(record.expires_at, end);
  return bearer === "id_token" && record.id_token_renewed === false ? end : Infinity;
}

/** What the happenings need that come with the core, which must not import what every page loads. */
const means = { EXPIRY, finish, isWorthless, present, take };
