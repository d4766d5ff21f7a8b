//! A client's options, parsed once; whatever is wrong with them is said by name.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use oauth2::ClientId;

use crate::{
    discovery::Metadata,
    error::{Code, Error, Result},
    json::Value,
    provider::Provider,
    uri::Uri,
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
    /// Whether `http:` is accepted on hosts that are not loopback.
    pub dangerously_allow_insecure_requests: bool,
}

const OPTIONS: &[&str] = &[
    "issuer",
    "endpoints",
    "clientId",
    "redirectUri",
    "postLogoutRedirectUri",
    "scope",
    "clockToleranceSeconds",
    "trustedAudiences",
    "provider",
    "dangerouslyAllowInsecureRequests",
];

impl Config {
    /// Parses the options of `createClient`, as JSON.
    pub fn parse(options: &[u8]) -> Result<Self> {
        let malformed = |_| Error::new(Code::InvalidConfig, "The options are not an object.");
        Self::from_options(&Value::parse(options).map_err(malformed)?)
    }

    /// Parses the options of `createClient`.
    pub fn from_options(options: &Value) -> Result<Self> {
        refuse_secrets(options)?;
        refuse_unknown(options, OPTIONS, "")?;
        let insecure = match options.member("dangerouslyAllowInsecureRequests") {
            None | Some(Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(_) => return Err(wrong("dangerouslyAllowInsecureRequests", "true or false")),
        };
        let endpoints = options.member("endpoints");
        let (name, issuer) = match endpoints {
            Some(endpoints) => ("endpoints.issuer", endpoints.member("issuer")),
            None => ("issuer", options.member("issuer")),
        };
        let issuer = secure_uri(name, required(name, issuer)?, insecure)?;
        let provider = match options.member("provider") {
            None => Provider::of_issuer(&issuer),
            Some(name) => name
                .as_str()
                .and_then(Provider::from_name)
                .ok_or_else(|| wrong("provider", "\"cognito\" or \"standard\""))?,
        };
        let issuer = if provider.rules().trims_issuer {
            let trimmed = issuer.as_str().trim_end_matches('/').to_owned();
            secure_uri(name, &trimmed, insecure)?
        } else {
            issuer
        };
        let metadata = match endpoints {
            Some(endpoints) => Some(explicit(endpoints, &issuer, provider, insecure)?),
            None => None,
        };
        let redirect_uri = required("redirectUri", options.member("redirectUri"))?;
        let redirect_uri = secure_uri("redirectUri", redirect_uri, insecure)?;
        if redirect_uri.has_fragment() {
            return Err(wrong("redirectUri", "a URL without a fragment"));
        }
        let post_logout_redirect_uri = optional("postLogoutRedirectUri", options)?
            .map(|uri| secure_uri("postLogoutRedirectUri", uri, insecure))
            .transpose()?;
        let clock_tolerance_seconds = match options.member("clockToleranceSeconds") {
            None => 60,
            Some(value) => value
                .as_u64()
                .filter(|seconds| *seconds <= 600)
                .ok_or_else(|| wrong("clockToleranceSeconds", "a number from 0 to 600"))?,
        };
        let client_id = required("clientId", options.member("clientId"))?;
        Ok(Self {
            issuer,
            provider,
            metadata,
            client_id: ClientId::new(client_id.to_owned()),
            redirect_uri,
            post_logout_redirect_uri,
            scopes: scopes(options)?,
            clock_tolerance_seconds,
            trusted_audiences: texts("trustedAudiences", options)?,
            dangerously_allow_insecure_requests: insecure,
        })
    }

    /// Refuses a page that the provider's answer would never reach.
    pub fn check_page(&self, origin: &str) -> Result<()> {
        if self.redirect_uri.origin() == origin {
            return Ok(());
        }
        Err(Error::new(
            Code::RedirectUriMismatch,
            "redirectUri is on another origin than this page, which could not finish the sign-in.",
        )
        .with("page", origin)
        .with("redirect_uri", self.redirect_uri.as_str()))
    }

    /// Refuses `http:` outside loopback: RFC 9700 §2.6.
    pub(crate) fn check_secure(&self, name: &str, uri: &Uri) -> Result<()> {
        let loopback = uri.is_loopback() && self.issuer.is_loopback();
        if uri.is_encrypted() || loopback || self.dangerously_allow_insecure_requests {
            Ok(())
        } else {
            Err(insecure_url(name))
        }
    }
}

fn explicit(
    endpoints: &Value,
    issuer: &Uri,
    provider: Provider,
    insecure: bool,
) -> Result<Metadata> {
    const ENDPOINTS: &[&str] =
        &["issuer", "authorization", "token", "jwks", "userinfo", "revocation", "endSession"];
    refuse_unknown(endpoints, ENDPOINTS, "endpoints.")?;
    let endpoint = |name: &'static str, label: &'static str| {
        optional(name, endpoints)?.map(|uri| secure_uri(label, uri, insecure)).transpose()
    };
    let needed = |name: &'static str, label: &'static str| {
        endpoint(name, label)?.ok_or_else(|| missing(label))
    };
    let metadata = Metadata {
        issuer: issuer.clone(),
        authorization_endpoint: needed("authorization", "endpoints.authorization")?,
        token_endpoint: needed("token", "endpoints.token")?,
        jwks_uri: needed("jwks", "endpoints.jwks")?,
        userinfo_endpoint: endpoint("userinfo", "endpoints.userinfo")?,
        revocation_endpoint: endpoint("revocation", "endpoints.revocation")?,
        end_session_endpoint: endpoint("endSession", "endpoints.endSession")?,
        id_token_signing_alg_values_supported: None,
        authorization_response_iss_parameter_supported: false,
        code_challenge_methods_supported: None,
    };
    Ok(metadata.with_derived_endpoints(provider))
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

pub(crate) fn refuse_unknown(value: &Value, known: &[&str], prefix: &str) -> Result<()> {
    let Value::Object(members) = value else {
        return Err(wrong(prefix.trim_end_matches('.'), "an object"));
    };
    match members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        Some((name, _)) => {
            Err(Error::about(Code::InvalidConfig, &["There is no option ", prefix, name, "."]))
        }
        None => Ok(()),
    }
}

fn required<'a>(name: &str, value: Option<&'a Value>) -> Result<&'a str> {
    match value {
        None => Err(missing(name)),
        Some(value) => value
            .as_str()
            .filter(|text| !text.is_empty())
            .ok_or_else(|| wrong(name, "a text that is not empty")),
    }
}

pub(crate) fn optional<'a>(name: &str, options: &'a Value) -> Result<Option<&'a str>> {
    match options.member(name) {
        None | Some(Value::Null) => Ok(None),
        present => required(name, present).map(Some),
    }
}

fn secure_uri(name: &str, text: &str, insecure: bool) -> Result<Uri> {
    let uri = Uri::parse(text.to_owned()).map_err(|_| wrong(name, "an absolute https: URL"))?;
    if uri.is_encrypted() || uri.is_loopback() || insecure {
        Ok(uri)
    } else {
        Err(insecure_url(name))
    }
}

/// Scopes as an array, or as one text with spaces or commas: the five systems write all three.
fn scopes(options: &Value) -> Result<Vec<String>> {
    let given: Vec<String> = match options.member("scope") {
        None => ["openid", "email", "profile"].map(str::to_owned).into(),
        Some(Value::String(text)) => {
            text.split([' ', ',']).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
        }
        Some(_) => texts("scope", options)?,
    };
    let is_scope = |scope: &String| {
        !scope.is_empty()
            && scope.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
    };
    if !given.iter().all(is_scope) {
        return Err(wrong("scope", "a list of scopes"));
    }
    if !given.iter().any(|scope| scope == "openid") {
        return Err(wrong("scope", "a list with \"openid\" in it, for there to be an ID token"));
    }
    Ok(given)
}

/// An array of texts, or nothing.
pub(crate) fn texts(name: &str, options: &Value) -> Result<Vec<String>> {
    match options.member(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(_) => options.texts(name).ok_or_else(|| wrong(name, "an array of texts")),
    }
}

pub(crate) fn wrong(name: &str, form: &str) -> Error {
    Error::about(Code::InvalidConfig, &["The option ", name, " must be ", form, "."])
}

fn missing(name: &str) -> Error {
    Error::about(Code::InvalidConfig, &["The option ", name, " is missing."])
}

fn insecure_url(name: &str) -> Error {
    Error::about(
        Code::InsecureUrl,
        &[name, " must be https:; http: is for loopback hosts such as localhost only."],
    )
}
