// What a page's HTML names, as far as the checks need it.

/** No tag has more outside of quotes: without a bound, a page of such beginnings would take for ever. */
const REST = `((?:[\\s/](?:"[^"]*"|'[^']*'|[^"'>]){0,500})?)>`;

/**
 * Comments, elements whose content is text, so that no tag is in them, and those that are asked about. The title
 * of a drawing may be empty.
 */
const TAGS = new RegExp(
  [
    `<!--(?:-?>|[^]*?(?:--!?>|$))`,
    `<title(?:\\s[^<>]*)?/>`,
    `<(script|style|textarea|title|noscript)${REST}[^]*?(?:</\\1\\b|$)`,
    `<(base|link|meta)${REST}`,
  ].join("|"),
  "gi",
);

const ATTRIBUTES = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

const ENTITIES = { amp: "&", apos: "'", gt: ">", lt: "<", quot: '"' };

/**
 * The tags of scripts, styles, links, and what is said of the page, as a browser has them.
 * @param {string} text
 * @returns {{ name: string, attributes: Map<string, string> }[]}
 */
export function tagsIn(text) {
  return [...text.matchAll(TAGS)].flatMap(([, raw, ofRaw, plain, ofPlain]) => {
    const name = (raw ?? plain)?.toLowerCase();
    return name === undefined ? [] : [{ name, attributes: attributesIn(ofRaw ?? ofPlain ?? "") }];
  });
}

/** Where a name stands twice, the first one counts. */
function attributesIn(text) {
  const attributes = [...text.matchAll(ATTRIBUTES)].map(([, name, ...values]) => [
    name.toLowerCase(),
    decoded(values.find((value) => value !== undefined) ?? ""),
  ]);
  return new Map(attributes.reverse());
}

/** Character references, such as frameworks write for the quotes of a policy. */
function decoded(value) {
  return value.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/gi,
    (whole, ...[ten, sixteen, name]) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
      const code = ten === undefined ? parseInt(sixteen, 16) : Number(ten);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
