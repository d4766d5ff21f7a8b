//! One error type for the whole library: a stable code, who can fix it, and the evidence.

use alloc::{
    borrow::{Cow, ToOwned},
    string::String,
    vec::Vec,
};
use core::fmt;

/// Declares the closed set of codes once: variant, wire name, kind.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal in $kind:ident;)+) => {
        /// A stable name for what went wrong. Every code has its entry in `docs/errors.md`.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $variant,)+
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == name)
            }

            /// The `snake_case` name, as `AuthError.code` carries it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Who can fix it.
            pub const fn kind(self) -> Kind {
                match self {
                    $(Self::$variant => Kind::$kind,)+
                }
            }
        }
    };
}

codes! {
    /// An option is missing, unknown or of the wrong form.
    InvalidConfig = "invalid_config" in Config;
    /// The app client has a secret, which a browser cannot keep: RFC 6749 §2.1.
    ClientHasSecret = "client_has_secret" in Config;
    /// A URL is `http:` on a host that is not loopback.
    InsecureUrl = "insecure_url" in Config;
    /// The redirect URI is not the registered one, or not on this page's origin.
    RedirectUriMismatch = "redirect_uri_mismatch" in Config;
    /// The Cognito user pool has no domain, so there is no login page.
    PoolHasNoDomain = "pool_has_no_domain" in Config;
    /// The provider does not grant a requested scope to this client.
    ScopeNotEnabled = "scope_not_enabled" in Config;
    /// The client may not use the authorization code flow.
    FlowNotEnabled = "flow_not_enabled" in Config;
    /// `returnTo` leaves this origin.
    ReturnToRefused = "return_to_refused" in Config;
    /// The provider does not let a hidden frame sign anybody in.
    SilentUnsupported = "silent_unsupported" in Config;
    /// An extra parameter would override one that the protocol sets.
    ParameterRefused = "parameter_refused" in Config;

    /// The page is not a secure context, so the browser withholds WebCrypto.
    InsecureContext = "insecure_context" in Environment;
    /// The browser blocks the storage, or it is full.
    StorageBlocked = "storage_blocked" in Environment;
    /// The page's Content Security Policy forbids WebAssembly.
    WasmBlocked = "wasm_blocked" in Environment;
    /// The browser did not start the worker that was to keep the refresh token.
    WorkerBlocked = "worker_blocked" in Environment;
    /// The browser blocked the popup.
    PopupBlocked = "popup_blocked" in Environment;
    /// This needs a browser window: it was called during server-side rendering.
    NotInBrowser = "not_in_browser" in Environment;

    /// No answer: offline, DNS, CORS, or the provider is down.
    Network = "network" in Network;
    /// The provider did not answer in time.
    Timeout = "timeout" in Network;
    /// The provider answered that it is in trouble (5xx, `server_error`).
    ProviderUnavailable = "provider_unavailable" in Network;

    /// The callback has no `state`.
    StateMissing = "state_missing" in Callback;
    /// The callback's `state` belongs to no sign-in of this browser.
    StateMismatch = "state_mismatch" in Callback;
    /// The sign-in took too long.
    SignInExpired = "sign_in_expired" in Callback;
    /// The user closed the popup.
    PopupClosed = "popup_closed" in Callback;
    /// The page after a sign-out has another `state`: RP-Initiated Logout 1.0 §3.
    SignOutStateMismatch = "sign_out_state_mismatch" in Callback;
    /// The callback URL is not an authorization response: RFC 6749 §4.1.2.
    CallbackInvalid = "callback_invalid" in Callback;

    /// The user or the provider said no (`access_denied`).
    ProviderDenied = "provider_denied" in Provider;
    /// The provider answered another error.
    ProviderError = "provider_error" in Provider;
    /// The provider refused the authorization code (`invalid_grant`).
    CodeRefused = "code_refused" in Provider;
    /// The provider's answer is not what the specification asks for.
    ResponseInvalid = "response_invalid" in Provider;
    /// The answer names another issuer: RFC 9207 §2.4, OpenID Connect Discovery §4.3.
    IssuerMismatch = "issuer_mismatch" in Provider;
    /// The provider does not offer PKCE with S256.
    PkceUnsupported = "pkce_unsupported" in Provider;

    /// The UserInfo response is about another user: OpenID Connect Core §5.3.2.
    UserInfoSubject = "userinfo_subject" in Provider;
    /// An API's answer came from an origin that may not have the token.
    RedirectRefused = "redirect_refused" in Provider;

    /// The token response has no ID token.
    IdTokenMissing = "id_token_missing" in IdToken;
    /// The ID token is not a signed JWT, or a claim has the wrong form.
    IdTokenMalformed = "id_token_malformed" in IdToken;
    /// The ID token's algorithm is not accepted.
    IdTokenAlgorithm = "id_token_algorithm" in IdToken;
    /// The provider's key set has no key for the ID token.
    IdTokenKey = "id_token_key" in IdToken;
    /// The ID token's signature is wrong.
    IdTokenSignature = "id_token_signature" in IdToken;
    /// `iss` is another issuer.
    IdTokenIssuer = "id_token_issuer" in IdToken;
    /// `aud` is not this client, or names others as well.
    IdTokenAudience = "id_token_audience" in IdToken;
    /// `azp` is another client.
    IdTokenAuthorizedParty = "id_token_authorized_party" in IdToken;
    /// `exp` has passed.
    IdTokenExpired = "id_token_expired" in IdToken;
    /// `iat` or `nbf` lies in the future.
    IdTokenIssuedAt = "id_token_issued_at" in IdToken;
    /// `nonce` is not the one that was sent.
    IdTokenNonce = "id_token_nonce" in IdToken;
    /// `sub` is missing, or another user's after a refresh.
    IdTokenSubject = "id_token_subject" in IdToken;
    /// `auth_time` is missing or older than `maxAge` allows.
    IdTokenAuthTime = "id_token_auth_time" in IdToken;
    /// `acr` is none of those asked for.
    IdTokenAcr = "id_token_acr" in IdToken;
    /// `at_hash` does not match the access token.
    IdTokenAccessTokenHash = "id_token_access_token_hash" in IdToken;
    /// `token_use` is not `id`: a Cognito access token in the ID token's place.
    IdTokenUse = "id_token_use" in IdToken;

    /// Nobody is signed in, or the provider wants the user to sign in again.
    LoginRequired = "login_required" in Session;
    /// The provider wants the user to do something on its page first.
    InteractionRequired = "interaction_required" in Session;
    /// The provider ended the session: the refresh token is no longer good.
    SessionEnded = "session_ended" in Session;
    /// Another user signed in while a token of the former one was waited for.
    UserChanged = "user_changed" in Session;
    /// The provider refused the access token at one of its own endpoints.
    TokenRefused = "token_refused" in Session;
    /// An API wants the user to authenticate anew, or in a stronger way: RFC 9470 §3.
    StepUpRequired = "step_up_required" in Session;
    /// The client was closed.
    ClientClosed = "client_closed" in Session;

    /// A fault of this library. Please report it.
    Internal = "internal" in Internal;
}

/// Who can fix an error.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// The developer, in this client's options or the provider's settings for it.
    Config,
    /// The page or browser it runs in.
    Environment,
    /// Nobody in particular: try again.
    Network,
    /// The user, by signing in anew.
    Callback,
    /// The provider.
    Provider,
    /// The provider; until then, nobody is signed in.
    IdToken,
    /// The user, by signing in.
    Session,
    /// The authors of this library.
    Internal,
}

impl Kind {
    /// The name as `AuthError.kind` carries it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Environment => "environment",
            Self::Network => "network",
            Self::Callback => "callback",
            Self::Provider => "provider",
            Self::IdToken => "id_token",
            Self::Session => "session",
            Self::Internal => "internal",
        }
    }
}

/// What went wrong, without any token, code or verifier in it.
#[derive(Clone, Debug)]
pub struct Error(Box<Report>);

#[derive(Clone, Debug)]
struct Report {
    code: Code,
    message: Cow<'static, str>,
    provider: Option<ProviderError>,
    evidence: Vec<(&'static str, String)>,
    retry_after: Option<u32>,
    return_to: Option<String>,
}

/// The provider's own words: RFC 6749 §4.1.2.1 and §5.2.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ProviderError {
    /// The `error` member.
    pub error: String,
    /// The `error_description` member.
    pub description: Option<String>,
}

impl Error {
    /// An error with its code and a sentence for the developer.
    #[cold]
    #[inline(never)]
    pub fn new(code: Code, message: &'static str) -> Self {
        Self::because(code, Cow::Borrowed(message))
    }

    /// An error whose sentence names what it is about.
    #[cold]
    #[inline(never)]
    pub fn about(code: Code, parts: &[&str]) -> Self {
        Self::because(code, Cow::Owned(parts.concat()))
    }

    fn because(code: Code, message: Cow<'static, str>) -> Self {
        Self(Box::new(Report {
            code,
            message,
            provider: None,
            evidence: Vec::new(),
            retry_after: None,
            return_to: None,
        }))
    }

    /// Adds one piece of evidence. It must not be secret.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.evidence.push((name, value.to_owned()));
        self
    }

    /// Adds what the provider said.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn said_by(mut self, provider: ProviderError) -> Self {
        self.0.provider = Some(provider);
        self
    }

    /// Adds how long the provider wants to be left alone, in seconds, where it said so.
    #[must_use]
    pub(crate) fn not_before(mut self, retry_after: Option<u32>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    /// Adds where the sign-in would have led that it ends, or puts off.
    #[must_use]
    pub(crate) fn on_the_way_to(mut self, return_to: Option<String>) -> Self {
        self.0.return_to = return_to;
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// A sentence for the developer.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the provider said, when it said something.
    pub fn provider(&self) -> Option<&ProviderError> {
        self.0.provider.as_ref()
    }

    /// For how many seconds the provider wants to be left alone, where it said so: RFC 9110 §10.2.3.
    pub fn retry_after(&self) -> Option<u32> {
        self.0.retry_after
    }

    /// The path that the sign-in began on, where it is the answer to one that failed.
    pub fn return_to(&self) -> Option<&str> {
        self.0.return_to.as_deref()
    }

    /// What was expected and found, by name.
    pub fn evidence(&self) -> &[(&'static str, String)] {
        &self.0.evidence
    }

    /// Whether trying the same again may work: nothing may be thrown away for such a fault.
    pub fn is_passing(&self) -> bool {
        matches!(self.0.code.kind(), Kind::Network)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code.as_str())?;
        f.write_str(": ")?;
        f.write_str(&self.0.message)
    }
}

impl core::error::Error for Error {}

/// The result of a protocol step.
pub type Result<T> = core::result::Result<T, Error>;
