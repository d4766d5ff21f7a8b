/** Waits until the program has printed both addresses. */
export async function addressesOf(child) {
  let printed = "";
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    const found = /Issuer +(\S+)\nHosted UI +(\S+)/.exec(printed);
    if (found) return { issuer: found[1], domain: found[2], printed };
  }
  throw new Error(`no addresses in: ${printed}`);
}
