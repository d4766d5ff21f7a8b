/** Lets the driver take steps with a library, and look at what came of them. */
export function offer(open) {
  let client;

  const look = async () => {
    const session = await client.session();
    if (!session) return null;
    return { sub: session.sub, accessToken: session.accessToken };
  };

  window.begin = async (settings) => {
    client = await open(settings);
    return Object.keys(client).filter((step) => client[step]);
  };

  window.take = async (step, ...values) => {
    let error;
    try {
      await client[step](...values);
    } catch (reason) {
      error = String(reason?.message ?? reason);
    }
    // Where there is none, some throw.
    const session = await look().catch(() => null);
    return { error, session, polluted: "isAdmin" in {} };
  };

  window.isReady = true;
}
