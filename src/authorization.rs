//! The authorization request: RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString},
    vec::Vec,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use crate::{
    config::{Config, optional, refuse_unknown, texts, wrong},
    discovery::Metadata,
    error::{Code, Error, Result},
    json::Value,
    pkce::{self, Entropy},
    secret::Secret,
    time::Timestamp,
    transaction::Transaction,
    uri::{self, parse_form},
};

/// Parameters that are the protocol's own, or that have an option: no extra one may be named so.
const RESERVED: &[&str] = &[
    "acr_values",
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "dpop_jkt",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "registration",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

const OPTIONS: &[&str] = &["returnTo", "loginHint", "prompt", "acrValues", "maxAge", "extra"];

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
    /// Further parameters, such as Cognito's `identity_provider` and `lang`.
    pub extra: Vec<(String, String)>,
}

impl SignIn {
    /// Parses the options of `signIn`, as JSON.
    pub fn parse(options: &[u8], config: &Config) -> Result<Self> {
        let options = Value::parse(options).map_err(|_| wrong("signIn", "an object"))?;
        refuse_unknown(&options, OPTIONS, "")?;
        let text = |name: &str| optional(name, &options).map(|text| text.map(str::to_owned));
        let acr_values = match options.member("acrValues") {
            Some(Value::String(values)) => values.clone(),
            _ => texts("acrValues", &options)?.join(" "),
        };
        let max_age = match options.member("maxAge") {
            None | Some(Value::Null) => None,
            Some(seconds) => match seconds.as_u64() {
                None => return Err(wrong("maxAge", "a number of seconds")),
                seconds => seconds,
            },
        };
        let return_to = optional("returnTo", &options)?
            .map(|path| uri::return_to(path, config.redirect_uri.origin()))
            .transpose()?;
        Ok(Self {
            return_to,
            login_hint: text("loginHint")?,
            prompt: text("prompt")?,
            acr_values,
            max_age,
            extra: extra(options.member("extra"))?,
        })
    }
}

/// Parameters that only some providers know.
fn extra(parameters: Option<&Value>) -> Result<Vec<(String, String)>> {
    let members = match parameters {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(wrong("extra", "an object of texts")),
    };
    let mut extra = Vec::new();
    for (name, value) in members {
        if RESERVED.contains(&name.as_str()) {
            return Err(Error::about(
                Code::ParameterRefused,
                &["extra.", name, " would override a parameter of the protocol."],
            ));
        }
        match value {
            Value::String(text) => extra.push((name.clone(), text.clone())),
            Value::Null => {}
            _ => return Err(wrong("extra", "an object of texts")),
        }
    }
    Ok(extra)
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
    refuse_preset_parameters(metadata)?;
    let state = BASE64_URL_SAFE_NO_PAD.encode(entropy.state);
    let nonce = BASE64_URL_SAFE_NO_PAD.encode(entropy.nonce);
    let verifier = pkce::code_verifier(&entropy.code_verifier);
    let challenge = pkce::code_challenge(&verifier);

    let scope = config.provider.grantable(&config.scopes).join(" ");
    let max_age = sign_in.max_age.map(|seconds| seconds.to_string());
    let mut parameters = alloc::vec![
        ("response_type", "code"),
        ("client_id", config.client_id.as_str()),
        ("redirect_uri", config.redirect_uri.as_str()),
        ("scope", &scope),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", challenge.method().as_str()),
    ];
    let optional = [
        ("login_hint", sign_in.login_hint.as_deref()),
        ("prompt", sign_in.prompt.as_deref()),
        ("acr_values", Some(sign_in.acr_values.as_str()).filter(|values| !values.is_empty())),
        ("max_age", max_age.as_deref()),
    ];
    parameters.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    parameters.extend(sign_in.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())));

    let url = metadata.authorization_endpoint.with_query(&parameters);
    let transaction = Transaction::new(
        config,
        metadata.clone(),
        Secret::new(state),
        Secret::new(nonce),
        verifier,
        scope,
        sign_in,
        now,
    );
    Ok((url, transaction))
}

/// An authorization endpoint may have a query of its own (RFC 6749 §3.1), but not one that
/// answers for us.
fn refuse_preset_parameters(metadata: &Metadata) -> Result<()> {
    let endpoint = &metadata.authorization_endpoint;
    let query = endpoint.as_str().split_once('?').map_or("", |(_, query)| query);
    let is_preset = |query: Vec<(String, String)>| {
        query.iter().any(|(name, _)| RESERVED.contains(&name.as_str()))
    };
    if endpoint.has_fragment() || parse_form(query).is_none_or(is_preset) {
        return Err(Error::new(
            Code::ResponseInvalid,
            "The authorization endpoint comes with parameters that are the client's to set.",
        ));
    }
    Ok(())
}
