import { AuthError } from "../first-load/error.js";
import type { ClientOptions } from "../types/options.js";
import { issuerAt } from "./issuer.js";
import {
  at,
  callback,
  given,
  invalid,
  optional,
  others,
  refuseSecret,
  required,
  url,
  type Rest,
} from "./settings.js";

/** How long a server may take to answer, and how much it may say. */
const TIMEOUT_MILLIS = 30_000;
const MOST_CHARACTERS = 512 * 1024;

/** What OpenMetadata's `GET /api/v1/system/config/auth` answers, as far as a client needs it. */
export interface OpenMetadataAuthentication {
  readonly provider?: string | null;
  readonly clientType?: string | null;
  readonly authority?: string | null;
  readonly clientId?: string | null;
  readonly callbackUrl?: string | null;
  /** Ignored: servers before August 2026 say `id_token` whatever is configured. */
  readonly responseType?: string | null;
  readonly oidcConfiguration?: {
    readonly enabled?: boolean | null;
    readonly secret?: string | null;
  } | null;
}

/** How OpenMetadata signs its users in without an OpenID provider. */
const WITHOUT_PROVIDER = ["basic", "ldap", "saml", "no-auth"];

/**
 * Options for a single-page app beside an OpenMetadata server: reads the server's public settings,
 * and sends the ID token as the bearer, as OpenMetadata's API expects.
 *
 * @param baseUrl - The server's address, such as `http://localhost:8585`.
 * @throws {AuthError} `network`, `timeout` or `response_invalid` when the settings cannot be read;
 * `client_has_secret` when the server is set up for a confidential client; `invalid_config` when a
 * setting is missing.
 */
export async function openMetadata(baseUrl: string, rest: Rest = {}): Promise<ClientOptions> {
  return fromOpenMetadata(await read(at("baseUrl", baseUrl, "/api/v1/system/config/auth")), {
    ...rest,
    allowedOrigins: rest.allowedOrigins ?? [new URL(baseUrl).origin],
    postLogoutRedirectUri: rest.postLogoutRedirectUri ?? at("baseUrl", baseUrl, "/signin"),
  });
}

/**
 * Options from settings that are at hand already: the object that the server would answer.
 *
 * @throws {AuthError} `client_has_secret` or `invalid_config`, as {@link openMetadata}.
 */
export function fromOpenMetadata(
  settings: OpenMetadataAuthentication,
  rest: Rest = {},
): ClientOptions {
  const { oidcConfiguration, clientType, authority, provider, clientId, callbackUrl } =
    given(settings);
  const by = optional("provider", provider)?.toLowerCase() ?? "";
  if (WITHOUT_PROVIDER.includes(by)) {
    // Beside it, an authority may stand that is the default and means nothing.
    throw invalid(
      "provider",
      `is "${by}": this OpenMetadata has no OpenID provider to sign in at. ` +
        'Set it to "aws-cognito" or "custom-oidc", and authority with it.',
    );
  }
  if (oidcConfiguration?.enabled !== false) {
    refuseSecret("oidcConfiguration.secret", oidcConfiguration?.secret);
  }
  if (optional("clientType", clientType)?.toLowerCase() === "confidential") {
    const message =
      "OpenMetadata is set up for a confidential client, which a browser cannot be: set clientType " +
      "to public, and use a Cognito app client of the type public client.";
    const cause = { setting: "clientType" };
    throw new AuthError({ code: "client_has_secret", kind: "config", message, cause });
  }
  return {
    scope: "openid email profile",
    bearer: "id_token",
    ...others(rest),
    issuer: issuerAt("authority", authority),
    ...(by === "aws-cognito" && { provider: "cognito" }),
    clientId: required("clientId", clientId),
    redirectUri: callback(rest, () => url("callbackUrl", callbackUrl)),
  };
}

async function read(address: string): Promise<OpenMetadataAuthentication> {
  const signal = AbortSignal.timeout(TIMEOUT_MILLIS);
  const failed = (cause: unknown): never => {
    if (signal.aborted) {
      const message = "The OpenMetadata server did not answer in time.";
      throw new AuthError({ code: "timeout", kind: "network", message, cause });
    }
    const message = "The OpenMetadata server could not be reached.";
    throw new AuthError({ code: "network", kind: "network", message, cause });
  };
  const response = await fetch(address, {
    headers: { accept: "application/json" },
    signal,
  }).catch(failed);
  const settings = response.ok ? parsed(await textOf(response).catch(failed)) : null;
  if (typeof settings !== "object" || settings === null) {
    const message = "The OpenMetadata server did not answer with its authentication settings.";
    const cause = { status: response.status };
    throw new AuthError({ code: "response_invalid", kind: "provider", message, cause });
  }
  return settings;
}

/** The body; of one that is longer than any settings are, nothing. */
async function textOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (reader !== undefined && text.length <= MOST_CHARACTERS) {
    const { done, value } = await reader.read();
    if (done) return text;
    text += decoder.decode(value, { stream: true });
  }
  void reader?.cancel();
  return "";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
