const core = (section) => `OpenID Connect Core §${section}`;

/**
 * Where a specification lets a client leave a check out, or asks something of the provider alone.
 * The first that fits is what is said of a case.
 *
 * @type {{ id: string, why: string, covers: (one: object, area: string, seen: object) => boolean }[]}
 */
export const permissions = [
  {
    id: "signature",
    why: `${core("3.1.3.7 (6)")}: TLS may take the place of the ID token's signature when the token comes from the token endpoint. That covers its algorithm, its header and its keys.`,
    covers: ({ name, expects }, area) =>
      area === "The ID token's signature" ||
      area === "The key set" ||
      name.endsWith(" the key set") ||
      (area === "Refresh" && /^id_token_(algorithm|signature)$/.test(expects.code)),
  },
  {
    id: "at_hash",
    why: `${core("3.1.3.8")}: in the code flow a client may check \`at_hash\`.`,
    covers: ({ expects }) => expects.code === "id_token_access_token_hash",
  },
  {
    id: "nonce",
    why: `${core("3.1.2.1")}: \`nonce\` is optional in the code flow, and RFC 9700 §2.1.1 lets PKCE take its place. Only where the library sent none.`,
    covers: ({ expects }, _area, { sentNonce }) => expects.code === "id_token_nonce" && !sentNonce,
  },
  {
    id: "should",
    why: `${core("3.1.3.7 (4), (5), (10), (12), (13)")}: \`azp\`, an \`iat\` that is far away, \`acr\` and \`auth_time\` are checks that a client should or can make.`,
    covers: ({ name, expects }, area) =>
      area === "The ID token's claims" &&
      (/^id_token_(authorized_party|acr|auth_time)$/.test(expects.code) ||
        name === "issues the ID token in an hour"),
  },
  {
    id: "state",
    why: "RFC 9700 §2.1: against request forgery a client may rely on PKCE in the place of `state`.",
    covers: ({ expects }) => /^state_(missing|mismatch)$/.test(expects.code),
  },
  {
    id: "iss",
    why: "RFC 9207 is an extension. A client that knows one provider needs no defence against mix-up (RFC 9700 §2.1).",
    covers: ({ section, expects }) =>
      section.startsWith("RFC 9207") ||
      (expects.code === "issuer_mismatch" && section.startsWith("RFC 9700 §4.4")),
  },
  {
    id: "json",
    why: "RFC 8259 §9: a parser may accept forms that are not JSON, and need not set limits; RFC 7519 §4 lets it take the last of two claims.",
    covers: ({ section }, area) => area === "JSON that is none" || section.startsWith("RFC 8259"),
  },
  {
    id: "parameters",
    why: "RFC 6749 §4.1.2: a client ignores parameters of the response that it does not know, and §3.1 asks of the provider that none is sent twice.",
    covers: ({ expects }) => expects.code === "callback_invalid",
  },
  {
    id: "pkce",
    why: "RFC 9700 §2.1.1 has providers announce PKCE, and no client read it.",
    covers: ({ expects }) => expects.code === "pkce_unsupported",
  },
  {
    id: "provider",
    why: "What a provider must send (a status, a content type, the form of a URL that is https, a `sub` of at most 255 characters) binds the provider. No specification has the client refuse it otherwise, nor redirects.",
    covers: ({ name, section }) =>
      ["RFC 9700 §4.12", "RFC 6749 §3.1", "RFC 6749 §3.2"].includes(section) ||
      section === "OpenID Connect Discovery §4.2" ||
      (section === "OpenID Connect Discovery §3" && !isOtherScheme(name)) ||
      /^serves tokens|answers 201|HTML page|sub of 256 characters/.test(name),
  },
  {
    id: "logout",
    why: "RP-Initiated Logout §2: `state` is optional. Only where the library sent none.",
    covers: ({ expects }, _area, { sentLogoutState }) =>
      expects.code === "sign_out_state_mismatch" && !sentLogoutState,
  },
];

/** OpenID Connect Core §3.1.2, §3.1.3, §5.3: endpoints are asked by TLS. */
const isOtherScheme = (name) => / at "(javascript|data|ftp|blob|file|\/)/.test(name);

/** Why a client may take this, if it may. */
export function permissionOf(one, area, seen) {
  return permissions.find(({ covers }) => covers(one, area, seen));
}
