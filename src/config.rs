//! A client's options, parsed once; whatever is wrong with them is said by name.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use oauth2::ClientId;

use crate::{
    error::{Code, Error, Result},
    extra,
    json::Value,
    metadata::Metadata,
    options::{Options, insecure_url, texts},
    provider::Provider,
    uri::{Uri, without_final_slashes},
};

/// The options of one client at one provider.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The issuer whose ID tokens are accepted.
    pub issuer: Uri,
    /// The family the issuer belongs to.
    pub provider: Provider,
    /// The provider's endpoints, where the options name them and discovery is not needed.
    pub metadata: Option<Metadata>,
    /// The endpoints that the options name beside the issuer: they stand in for the discovered ones.
    pub endpoints: Vec<(String, Value)>,
    /// The public client's identifier: RFC 6749 §2.2.
    pub client_id: ClientId,
    /// Where the provider sends the browser back to, exactly as registered: RFC 6749 §3.1.2.
    pub redirect_uri: Uri,
    /// Where the provider sends the browser after signing out.
    pub post_logout_redirect_uri: Option<Uri>,
    /// The scopes to ask for: RFC 6749 §3.3.
    pub scopes: Vec<String>,
    /// How far clocks may differ, in seconds.
    pub clock_tolerance_seconds: u64,
    /// Audiences that may stand beside this client in `aud`: OpenID Connect Core §3.1.3.7.
    pub trusted_audiences: Vec<String>,
    /// Further parameters of every authorization request.
    pub extra: Vec<(String, String)>,
    /// Which tokens of a sign-in are bound to a key of this browser.
    pub dpop: Dpop,
    /// Whether authorization requests are taken to the provider beforehand.
    pub pushed_authorization: PushedAuthorization,
    /// Whether `http:` is accepted on hosts that are not loopback.
    pub dangerously_allow_insecure_requests: bool,
}

/// Which tokens are bound to a key of this browser: RFC 9449.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dpop {
    /// None is.
    Off,
    /// The refresh token is; the access token may be a bearer token (§5).
    RefreshToken,
    /// All are.
    Tokens,
}

/// Whether authorization requests are pushed: RFC 9126.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PushedAuthorization {
    /// Where the provider offers it, and it works or is required.
    Auto,
    /// Always, or there is no sign-in.
    Required,
    /// Never.
    Never,
}

const OPTIONS: &str = "\
    issuer endpoints clientId redirectUri postLogoutRedirectUri scope extra \
    clockToleranceSeconds trustedAudiences provider dpop pushedAuthorization \
    dangerouslyAllowInsecureRequests store bearer allowedOrigins idleSeconds";

/// The members of `endpoints`. Discovery is done without for the first four.
const ENDPOINTS: &str =
    "issuer authorization token jwks userinfo pushedAuthorization revocation endSession";

/// The same as a metadata document has them: RFC 8414 §2.
const MEMBERS: &str = "\
    issuer authorization_endpoint token_endpoint jwks_uri userinfo_endpoint \
    pushed_authorization_request_endpoint revocation_endpoint end_session_endpoint";

impl Config {
    /// Parses the options of `createClient`, as JSON.
    pub fn parse(options: &[u8]) -> Result<Self> {
        let options = Value::parse(options).unwrap_or(Value::Null);
        refuse_secrets(&options)?;
        let mut read = Options::of(&options, "", OPTIONS);
        read.insecure = read.flag("dangerouslyAllowInsecureRequests");
        let issuer = read.uri("issuer");
        let mut endpoints = match read.member("endpoints") {
            None => Vec::new(),
            Some(endpoints) => named(endpoints, read.member("issuer").is_none(), read.insecure)?,
        };
        let mut metadata = None;
        let issuer = match issuer {
            Some(issuer) => issuer,
            None if endpoints.is_empty() => read.required_uri("issuer"),
            None => {
                let mut document = Value::Object(core::mem::take(&mut endpoints));
                metadata = Metadata::read(&mut document).ok();
                metadata.as_ref().map_or_else(Uri::nowhere, |metadata| metadata.issuer.clone())
            }
        };
        // OpenID Connect Discovery §3: an issuer has neither.
        if issuer.without_query() != issuer.as_str() {
            read.wrong("issuer", "a URL without query and fragment");
        }
        let provider = match read.text("provider") {
            None => Some(Provider::of_issuer(&issuer)),
            Some(name) => Provider::from_name(name),
        };
        if provider.is_none() {
            read.wrong("provider", "\"cognito\" or \"standard\"");
        }
        let provider = provider.unwrap_or(Provider::Standard);
        let issuer =
            if provider.rules().trims_issuer { issuer.without_final_slash() } else { issuer };
        let redirect_uri = read.required_uri("redirectUri");
        if redirect_uri.has_fragment() {
            read.wrong("redirectUri", "a URL without a fragment");
        }
        let post_logout_redirect_uri = read.uri("postLogoutRedirectUri");
        if !post_logout_redirect_uri.as_ref().is_none_or(Uri::has_plain_host) {
            read.wrong("postLogoutRedirectUri", "a URL with its host in lower case");
        }
        // What the core has no use for itself is checked before the user is sent away.
        let is_store = |store| matches!(store, "session" | "local" | "memory" | "worker");
        if !read.text("store").is_none_or(is_store) {
            read.wrong("store", "\"session\", \"local\", \"memory\", \"worker\" or a TokenStore");
        }
        read.number("idleSeconds", 31_536_000, "a number of seconds, up to 31536000");
        let is_bearer = |bearer| matches!(bearer, "access_token" | "id_token");
        if !read.text("bearer").is_none_or(is_bearer) {
            read.wrong("bearer", "\"access_token\" or \"id_token\"");
        }
        let is_origin = |origin: &String| {
            origin.split_once(':').is_some_and(|(_, host)| host.starts_with("//"))
        };
        let origins = options.texts("allowedOrigins");
        if read.member("allowedOrigins").is_some()
            && !origins.is_some_and(|origins| origins.iter().all(is_origin))
        {
            read.wrong("allowedOrigins", "an array of origins");
        }
        let config = Self {
            metadata: metadata.map(|metadata| {
                let issuer = issuer.clone();
                Metadata { issuer, ..metadata }.with_derived_endpoints(provider)
            }),
            endpoints,
            issuer,
            provider,
            client_id: ClientId::new(read.required_text("clientId").to_owned()),
            redirect_uri,
            post_logout_redirect_uri,
            scopes: scopes(&mut read),
            clock_tolerance_seconds: read
                .number("clockToleranceSeconds", 600, "a number from 0 to 600")
                .unwrap_or(60),
            trusted_audiences: read.texts("trustedAudiences").unwrap_or_default(),
            extra: extra::read(&mut read),
            dpop: dpop(&mut read),
            pushed_authorization: pushed_authorization(&mut read),
            dangerously_allow_insecure_requests: read.insecure,
        };
        read.finish(config)
    }

    /// The name of a record of this client, as `recordKey` of the façade makes it of the options alone:
    /// `session` for the session's. The issuer stands in it without a final `/`, for who pastes one
    /// with it, or without, means the same client.
    pub fn record_key(&self, what: &str) -> String {
        let issuer = without_final_slashes(self.issuer.as_str());
        ["pkce-wasm/", what, "/", &self.client_id, "/", issuer].concat()
    }

    /// Whether what was kept of a client at an issuer is this one's: whether the names are the same.
    pub(crate) fn is_of(&self, client_id: &str, issuer: &str) -> bool {
        client_id == self.client_id.as_str()
            && without_final_slashes(issuer) == without_final_slashes(self.issuer.as_str())
    }

    /// Whether the redirect URI is there for callbacks alone: a path that ends in `/` is a page of the app.
    pub(crate) fn has_callback_page(&self) -> bool {
        let path = self.redirect_uri.path();
        !path.is_empty() && !path.ends_with('/')
    }

    /// Whether a page of this origin is one to come back to: not where responses come to, nor a response.
    pub(crate) fn may_return_to(&self, page: &str) -> bool {
        let mut parts = page.split(['?', '#']);
        let path = parts.next().unwrap_or_default();
        let is_response = |part: &str| part.starts_with("code=") || part.starts_with("error=");
        // The page of the redirect URI itself has its query, or none.
        !self.redirect_uri.leads_to(path)
            || !(self.has_callback_page()
                || page
                    .strip_prefix(path)
                    .is_some_and(|rest| self.redirect_uri.as_str().ends_with(rest))
                || parts.any(|part| part.split('&').any(is_response)))
    }

    /// Refuses a page that the provider's answer would never reach.
    pub fn check_page(&self, origin: &str) -> Result<()> {
        if self.redirect_uri.origin() == origin {
            return Ok(());
        }
        let redirect_uri = self.redirect_uri.without_query();
        let parts = &[
            "This page is at ",
            origin,
            ", and redirectUri at ",
            redirect_uri,
            ": they must be of one origin.",
        ];
        Err(Error::about(Code::RedirectUriMismatch, parts)
            .with("page", origin)
            .with("redirect_uri", redirect_uri))
    }

    /// Refuses `http:` outside loopback: RFC 9700 §2.6.
    pub(crate) fn check_secure(&self, name: &str, uri: &Uri) -> Result<()> {
        let is_local = self.issuer.is_loopback();
        if uri.is_encrypted()
            || (uri.is_loopback() && is_local)
            || self.dangerously_allow_insecure_requests
        {
            Ok(())
        } else if uri.is_loopback() {
            let issuer = self.issuer.as_str();
            let parts = &[
                name,
                " is http: on this machine, and the issuer ",
                issuer,
                " is not: it takes https:.",
            ];
            Err(Error::about(Code::InsecureUrl, parts).with("option", name))
        } else {
            Err(insecure_url(name))
        }
    }
}

/// The endpoints that the options name, as the members of a metadata document.
fn named(endpoints: &Value, is_all: bool, insecure: bool) -> Result<Vec<(String, Value)>> {
    let mut read = Options::of(endpoints, "endpoints.", ENDPOINTS);
    read.insecure = insecure;
    let mut members = Vec::new();
    for (at, (name, member)) in ENDPOINTS.split(' ').zip(MEMBERS.split(' ')).enumerate() {
        match read.uri(name) {
            None if is_all && at < 4 => read.missing(name),
            None => {}
            Some(_) if !is_all && at == 0 => read.wrong(name, "left out beside issuer"),
            Some(uri) if uri.has_fragment() => read.wrong(name, "a URL without a fragment"),
            Some(uri) => members.push((member.to_owned(), Value::String(uri.into()))),
        }
    }
    read.finish(members)
}

/// A secret in the options is a secret in the bundle: RFC 6749 §2.1.
fn refuse_secrets(options: &Value) -> Result<()> {
    let present = |name: &str| options.member(name).is_some();
    if present("clientSecret") || present("client_secret") {
        return Err(Error::new(
            Code::ClientHasSecret,
            "A browser cannot keep a client secret: create a public app client, without one.",
        ));
    }
    Ok(())
}

fn dpop(read: &mut Options<'_>) -> Dpop {
    match read.member("dpop") {
        None | Some(Value::Bool(false)) => Dpop::Off,
        Some(Value::Bool(true)) => Dpop::Tokens,
        Some(which) if which.as_str() == Some("refresh_token") => Dpop::RefreshToken,
        Some(_) => {
            read.wrong("dpop", "true, false or \"refresh_token\"");
            Dpop::Off
        }
    }
}

fn pushed_authorization(read: &mut Options<'_>) -> PushedAuthorization {
    match read.text("pushedAuthorization") {
        None | Some("auto") => {}
        Some("required") => return PushedAuthorization::Required,
        Some("never") => return PushedAuthorization::Never,
        Some(_) => read.wrong("pushedAuthorization", "\"auto\", \"required\" or \"never\""),
    }
    PushedAuthorization::Auto
}

fn scopes(read: &mut Options<'_>) -> Vec<String> {
    let scopes = read.texts("scope");
    let scopes = scopes.unwrap_or_else(|| texts("openid email profile"));
    let is_scope = |scope: &String| {
        !scope.is_empty()
            && scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
    };
    if !scopes.iter().all(is_scope) {
        read.wrong("scope", "a list of scopes");
    }
    if !scopes.iter().any(|scope| scope == "openid") {
        read.wrong("scope", "a list with \"openid\" in it, for there to be an ID token");
    }
    scopes
}
