import assert from "node:assert/strict";
import { test } from "node:test";
import { longPages, MOST_WORDS } from "../docs/words.js";
import { root } from "../run.js";

test(`no page of the documentation but the references has more than ${MOST_WORDS} words`, () => {
  assert.deepEqual(longPages(root), []);
});
