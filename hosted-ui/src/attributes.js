const attributesOfScope = {
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
};

/** `profile`, like `openid` alone, opens every attribute; `email` and `phone` open their two. */
export function readableAttributes({ attributes }, scopes) {
  const { sub: _sub, ...all } = attributes;
  const narrow = Object.keys(attributesOfScope).filter((scope) => scopes.includes(scope));
  if (scopes.includes("profile") || narrow.length === 0) return all;
  const names = narrow.flatMap((scope) => attributesOfScope[scope]);
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}
