const attributesOfScope = {
  email: ["email", "email_verified"],
  phone: ["phone_number", "phone_number_verified"],
};

/** `profile`, like `openid` alone, opens every attribute; `email` and `phone` open their two. */
export function readableAttributes({ attributes }, scopes, client) {
  const { sub: _sub, ...all } = attributes;
  const narrow = namedBy(scopes);
  const opened = scopes.includes("profile") || narrow.length === 0 ? Object.keys(all) : narrow;
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => opened.includes(name) && mayRead(client, name)),
  );
}

/** Whether the client may read each attribute that these scopes name. */
export function mayReadAll(client, scopes) {
  return namedBy(scopes).every((name) => mayRead(client, name));
}

function namedBy(scopes) {
  return scopes.flatMap((scope) => attributesOfScope[scope] ?? []);
}

function mayRead({ readAttributes }, name) {
  return readAttributes === undefined || readAttributes.includes(name);
}
