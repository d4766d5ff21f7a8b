//! The options of [`Client`](super::Client): the npm package's, by the same names in `snake_case`.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::Serialize;

/// The options of a client: an `issuer`, whose endpoints are discovered, or the `endpoints`.
///
/// What is left out has its default.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Options {
    /// The issuer of the ID tokens, whose endpoints are discovered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The provider's endpoints, where they are known and discovery is not wanted; beside an `issuer`, those
    /// that stand in for discovered ones, and the others are empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoints: Option<Endpoints>,
    /// The public client's identifier. There is no secret: a browser could not keep it.
    pub client_id: String,
    /// Where the provider sends the user back to, exactly as registered there.
    pub redirect_uri: String,
    /// Where the provider sends the user after signing out, exactly as registered there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uri: Option<String>,
    /// What to ask for: `openid email profile` unless said otherwise. Needs `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Further parameters of every authorization request, such as Auth0's `audience`. Those of a sign-in stand
    /// in for the ones of the same name.
    pub extra: BTreeMap<String, String>,
    /// Where the session is kept.
    #[serde(skip)]
    pub store: Store,
    /// How far this device's clock may be off, in seconds, up to 600; 60 unless said otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_tolerance_seconds: Option<u32>,
    /// Audiences that may stand beside this client in an ID token's `aud`: none unless named. `*` is every
    /// audience of a token whose `azp` is this client.
    pub trusted_audiences: Vec<String>,
    /// Whether authorization requests are pushed to the provider beforehand, `auto`, `required` or `never`:
    /// RFC 9126. `auto` unless said otherwise: where that is offered and works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_authorization: Option<String>,
    /// The provider's family, `cognito` or `standard`, where its issuer does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Accepts `http:` on hosts that are not loopback. Tokens will cross the network in the clear.
    pub dangerously_allow_insecure_requests: bool,
}

/// A provider's endpoints.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoints {
    /// The issuer of the ID tokens, to the letter.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub issuer: String,
    /// RFC 6749 §3.1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub authorization: String,
    /// RFC 6749 §3.2.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub token: String,
    /// The key set that ID tokens are verified with.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub jwks: String,
    /// OpenID Connect Core §5.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo: Option<String>,
    /// Where authorization requests are pushed to: RFC 9126.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_authorization: Option<String>,
    /// RFC 7009 §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<String>,
    /// The provider's logout page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_session: Option<String>,
}

/// Where a session is kept.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Store {
    /// In this tab: `sessionStorage`.
    #[default]
    Session,
    /// In this browser, for all its tabs: `localStorage`.
    Local,
    /// In this page, until it is left or loaded again.
    Memory,
}

/// What one sign-in may ask for.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignInOptions {
    /// The path to come back to; this page unless said otherwise. Same origin only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_to: Option<String>,
    /// Whom the user will probably sign in as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_hint: Option<String>,
    /// `none`, `login`, `consent`, `select_account`, or several with spaces between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// Ways to authenticate to ask for; the session is refused unless it was one of them.
    pub acr_values: Vec<String>,
    /// How long ago the user may have authenticated, in seconds; the session is refused otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// Which APIs the access token is for, as absolute URIs: RFC 8707 §2.
    pub resource: Vec<String>,
    /// Further parameters, such as Cognito's `identity_provider` and `lang`, beside those of the client.
    pub extra: BTreeMap<String, String>,
    /// What [`Client::start`](super::Client::start) is to give back, as JSON of up to 16 KiB. It is kept with
    /// the sign-in in `localStorage`, in the clear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_state: Option<String>,
    /// Where to come back to when `return_to` does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) page: Option<String>,
    /// The same, when `page` is the redirect URI's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<String>,
}

/// What a sign-out may ask for.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignOutOptions {
    /// The path to go on to when the user is back from the provider's logout page:
    /// [`Client::start`](super::Client::start) gives it there. Same origin only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_to: Option<String>,
}
