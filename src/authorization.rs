//! The authorization request: RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1.

use alloc::{borrow::ToOwned, string::String, vec::Vec};

use crate::{
    base64url,
    config::Config,
    error::{Code, Error, Result},
    extra,
    form::{self, Form},
    json::{self, Value},
    metadata::Metadata,
    options::Options,
    pkce::{Entropy, Secrets},
    secret::Secret,
    time::Timestamp,
    transaction::{LIFETIME_SECONDS, PENDING, Transaction},
    uri,
};

/// The longest ID token that goes into an address, in bytes. Many servers take 8 KiB of one, and there are
/// other parameters.
const MOST_HINT_BYTES: usize = 6 * 1024;

const OPTIONS: &str =
    "returnTo page before loginHint prompt acrValues maxAge resource delivery appState extra";

/// The longest state of the application's own that is kept with a sign-in, in bytes of JSON: the storage is
/// that of all apps of the origin.
const MOST_APP_STATE_BYTES: usize = 16 * 1024;

/// How the page with the callback hands the response over to the page that began the sign-in.
///
/// The end of `state` says so, for it is all that comes back: a window that another origin was
/// loaded in may have lost its opener and its name.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Delivery {
    /// Not at all: the page was left, and the callback is the page that finishes.
    #[default]
    Redirect,
    /// From a popup.
    Popup,
    /// From a hidden frame.
    Frame,
}

impl Delivery {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "redirect" => Some(Self::Redirect),
            "popup" => Some(Self::Popup),
            "frame" => Some(Self::Frame),
            _ => None,
        }
    }

    fn mark(self) -> &'static str {
        match self {
            Self::Redirect => "",
            Self::Popup => ".popup",
            Self::Frame => ".frame",
        }
    }
}

/// What the caller wants of one sign-in.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignIn {
    /// The path to come back to, already checked.
    pub return_to: Option<String>,
    /// Whom the user will probably sign in as: OpenID Connect Core §3.1.2.1.
    pub login_hint: Option<String>,
    /// `none`, `login`, `consent`, `select_account`, or several with spaces.
    pub prompt: Option<String>,
    /// The authentication contexts to ask for; the ID token must name one of them.
    ///
    /// With spaces between them.
    pub acr_values: String,
    /// How long ago the user may have authenticated, in seconds.
    pub max_age: Option<u64>,
    /// Which APIs the access token is for, with spaces between them: RFC 8707 §2.
    pub resource: String,
    /// The thumbprint of the key that the code and its tokens are to be bound to: RFC 9449 §10. It
    /// is no option of `signIn`: whoever has the key sets it.
    pub proof_key: Option<String>,
    /// The ID token of the session that there is. It is no option of `signIn`: whoever has the session
    /// sets it.
    pub id_token: Option<Secret>,
    /// How the response is handed over.
    pub delivery: Delivery,
    /// What the application wants to have back, as JSON.
    pub app_state: Option<String>,
    /// Further parameters, such as Cognito's `identity_provider` and `lang`, the client's among them.
    pub extra: Vec<(String, String)>,
}

impl SignIn {
    /// Parses the options of `signIn`, as JSON. `page` is where to come back to when `returnTo`
    /// does not say; or, where `page` is the redirect URI's, what an earlier sign-in was to lead to `before`.
    pub fn parse(options: &[u8], config: &Config) -> Result<Self> {
        let options = Value::parse(options).unwrap_or(Value::Null);
        let mut read = Options::of(&options, "", OPTIONS);
        let origin = config.redirect_uri.origin();
        let return_to = match read.text("returnTo") {
            Some(path) => Some(uri::return_to(path, origin)?),
            // The page may have an address that nobody should be sent to.
            None => ["page", "before"].iter().find_map(|name| {
                let page = uri::return_to(read.text(name)?, origin).ok()?;
                config.may_return_to(&page).then_some(page)
            }),
        };
        if read.text("appState").is_some_and(|state| state.len() > MOST_APP_STATE_BYTES) {
            read.wrong("appState", "JSON of at most 16 KiB");
        }
        let sign_in = Self {
            return_to,
            login_hint: read.text("loginHint").map(str::to_owned),
            prompt: read.text("prompt").map(str::to_owned),
            acr_values: uri::spaced(&read.texts("acrValues").unwrap_or_default()),
            max_age: read.number("maxAge", u64::MAX, "a number of seconds"),
            resource: resource(&mut read),
            proof_key: None,
            id_token: None,
            delivery: delivery(&mut read),
            app_state: read.text("appState").map(str::to_owned),
            extra: extra(config, extra::read(&mut read)),
        };
        read.finish(sign_in)
    }
}

/// RFC 8707 §2: absolute URIs without a fragment.
fn resource(read: &mut Options<'_>) -> String {
    let resources = read.texts("resource").unwrap_or_default();
    let is_uri = |resource: &String| {
        let scheme = resource.split_once(':').map_or("", |(scheme, _)| scheme);
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && resource.bytes().all(|byte| uri::is_uri_byte(byte) && byte != b'#')
    };
    if !resources.iter().all(is_uri) {
        read.wrong("resource", "an absolute URI without a fragment, or several");
    }
    uri::spaced(&resources)
}

fn delivery(read: &mut Options<'_>) -> Delivery {
    let delivery = read.text("delivery").map_or(Some(Delivery::Redirect), Delivery::from_name);
    if delivery.is_none() {
        read.wrong("delivery", "\"redirect\", \"popup\" or \"frame\"");
    }
    delivery.unwrap_or_default()
}

/// The client's, with this sign-in's in the place of those of the same name.
fn extra(config: &Config, mut extra: Vec<(String, String)>) -> Vec<(String, String)> {
    for (name, value) in &config.extra {
        if extra.iter().all(|(own, _)| own != name) {
            extra.push((name.clone(), value.clone()));
        }
    }
    extra
}

/// Begins a sign-in: the URL to send the browser to, and what must be kept until it returns.
///
/// `state`, `nonce` and the code verifier are new each time, so that several sign-ins may be
/// pending at once: RFC 9700 §2.1.1, §4.7.
pub fn begin(
    config: &Config,
    metadata: &Metadata,
    sign_in: SignIn,
    entropy: &Entropy,
    now: Timestamp,
) -> Result<(String, Transaction)> {
    begin_with(config, metadata, sign_in, Secrets::of(entropy), now)
}

/// The same with what was made of the entropy.
pub(crate) fn begin_with(
    config: &Config,
    metadata: &Metadata,
    sign_in: SignIn,
    secrets: Secrets,
    now: Timestamp,
) -> Result<(String, Transaction)> {
    refuse_preset_parameters(metadata)?;
    let rules = config.provider.rules();
    if sign_in.delivery == Delivery::Frame && !rules.allows_frames {
        return Err(Error::new(
            Code::SilentUnsupported,
            "The provider's pages refuse to be framed: sessions are renewed with refresh tokens, \
             and prompt \"none\" works at top level.",
        ));
    }
    let state = [&base64url::encode(&secrets.state), sign_in.delivery.mark()].concat();
    let nonce = base64url::encode(&secrets.nonce);

    let scope = uri::spaced(&config.provider.grantable(&config.scopes));
    let max_age = sign_in.max_age.map(|seconds| json::write(&seconds));
    let mut form = Form::default();
    form.add("response_type", "code");
    form.add("client_id", &config.client_id);
    form.add("redirect_uri", config.redirect_uri.as_str());
    form.add("scope", &scope);
    form.add("state", &state);
    form.add("nonce", &nonce);
    form.add("code_challenge", &secrets.code_challenge);
    form.add("code_challenge_method", "S256");
    form.add_optional("login_hint", sign_in.login_hint.as_deref());
    form.add_optional("prompt", sign_in.prompt.as_deref());
    form.add_optional("acr_values", Some(&*sign_in.acr_values).filter(|acr| !acr.is_empty()));
    form.add_optional("max_age", max_age.as_deref());
    form.add_optional("dpop_jkt", sign_in.proof_key.as_deref());
    form.add_each("resource", &sign_in.resource);
    let is_silent = sign_in.prompt.as_deref() == Some("none");
    let is_hinted = sign_in.extra.iter().any(|(name, _)| name == "id_token_hint");
    if rules.takes_id_token_hint && !is_hinted && is_about_the_same_user(&sign_in) {
        form.add_optional("id_token_hint", hint(sign_in.id_token.as_ref()));
    }
    for (name, value) in &sign_in.extra {
        // Cognito would not find the session of a federated user.
        if !(is_silent
            && rules
                .own_identity_provider
                .is_some_and(|(own, itself)| name == own && value == itself))
        {
            form.add(name, value);
        }
    }

    let url = metadata.authorization_endpoint.with_form(&form);
    let transaction = Transaction {
        record: PENDING,
        client_id: config.client_id.clone(),
        provider: config.provider,
        metadata: metadata.clone(),
        redirect_uri: config.redirect_uri.clone(),
        state: Secret::new(state),
        nonce: Secret::new(nonce),
        code_verifier: secrets.code_verifier,
        scope,
        resource: sign_in.resource,
        proof_key: sign_in.proof_key,
        return_to: sign_in.return_to,
        app_state: sign_in.app_state,
        acr_values: sign_in.acr_values,
        max_age: sign_in.max_age,
        expires_at: now.plus_seconds(LIFETIME_SECONDS),
    };
    Ok((url, transaction))
}

/// Whether the user of the session is meant: where nobody else can be asked, and in a step-up.
fn is_about_the_same_user(sign_in: &SignIn) -> bool {
    match sign_in.prompt.as_deref() {
        Some("none") => true,
        Some(prompt) if uri::lists(prompt, "select_account") => false,
        _ => !sign_in.acr_values.is_empty() || sign_in.max_age.is_some(),
    }
}

/// Who the user is, as the provider said itself (OpenID Connect Core §3.1.2.1), unless that would make an
/// address that is too long for its server.
pub(crate) fn hint(id_token: Option<&Secret>) -> Option<&str> {
    id_token.map(Secret::expose).filter(|hint| hint.len() <= MOST_HINT_BYTES)
}

/// An authorization endpoint may have a query of its own (RFC 6749 §3.1), but not one that
/// answers for us.
fn refuse_preset_parameters(metadata: &Metadata) -> Result<()> {
    let endpoint = &metadata.authorization_endpoint;
    let query = endpoint.as_str().split_once('?').map_or("", |(_, query)| query);
    let is_preset =
        |query: Vec<(String, String)>| query.iter().any(|(name, _)| extra::is_reserved(name));
    if endpoint.has_fragment() || form::parse(query).is_none_or(is_preset) {
        return Err(Error::new(
            Code::ResponseInvalid,
            "The authorization endpoint comes with parameters that are the client's to set.",
        ));
    }
    Ok(())
}
