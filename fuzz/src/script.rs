//! What the fuzzer does to a sign-in: any number of changes to an honest one.

use arbitrary::Arbitrary;
use serde_json::{Value, json};

use crate::{
    keys::Signer,
    provider::{CLIENT_ID, COGNITO_ISSUER, ISSUER, NOW_SECONDS, REDIRECT_URI, SUBJECT},
};

/// One sign-in, and perhaps a refresh after it.
#[derive(Arbitrary, Debug)]
pub(crate) struct Script {
    pub(crate) is_cognito: bool,
    pub(crate) changes: Vec<Change>,
    pub(crate) refresh: Option<Vec<Change>>,
}

/// One change to what the app, the provider or somebody between them says.
#[derive(Arbitrary, Debug)]
pub(crate) enum Change {
    Option(Name, Json),
    SignInOption(Name, Json),
    Metadata(Name, Json),
    /// Sets a parameter of the callback URL.
    Callback(Name, Text),
    /// Adds one, whether it is there or not.
    CallbackMore(Name, Text),
    CallbackGone(Name),
    CallbackElsewhere(Text),
    CallbackFragment(String),
    /// The answer is held against another sign-in of this browser.
    OtherTransaction,
    /// The answer is taken by another client of this origin.
    OtherClient,
    Seconds(u16),
    ClockOffset(i32),
    Status(u16),
    ContentType(Text),
    Token(Name, Json),
    TokenBody(Vec<u8>),
    /// Who signs: one of the key pairs.
    Signer(u8),
    Header(Name, Json),
    Claim(Name, Json),
    ClaimGone(Name),
    /// One character of the ID token becomes another.
    IdTokenByte(u16, u8),
    /// The signature is cut off, or whatever else comes after the last dot.
    IdTokenSignature(String),
    /// Changes the provider's key as it is published.
    Key(Name, Json),
    KeyGone(Name),
    /// Publishes another key as well.
    KeyOf(u8),
    NoKeys,
    KeySetBody(Vec<u8>),
}

/// The name of a member: one that the specifications have, of the place that it is for.
#[derive(Arbitrary, Debug)]
pub(crate) struct Name(u8);

impl Name {
    pub(crate) fn of(&self, names: &[&'static str]) -> &'static str {
        names[usize::from(self.0) % names.len()]
    }
}

/// A text: one that stands for something in an honest sign-in, or any.
#[derive(Arbitrary, Debug)]
pub(crate) enum Text {
    Known(u8),
    Any(String),
}

impl Text {
    pub(crate) fn read(&self, honest: &Honest) -> String {
        match self {
            Self::Any(text) => text.clone(),
            Self::Known(number) => {
                let known: &[&str] = &[
                    &honest.issuer,
                    &honest.state,
                    &honest.nonce,
                    &honest.other_state,
                    &honest.other_nonce,
                    &honest.at_hash,
                    CLIENT_ID,
                    REDIRECT_URI,
                    SUBJECT,
                    ISSUER,
                    COGNITO_ISSUER,
                    "https://id.example/",
                    "https://evil.example",
                    "https://evil.example/authorize",
                    "http://login.example/token",
                    "https://login.example/authorize?state=x",
                    "http://localhost:3000/",
                    "https://app.example/",
                    "/deep/link?a=b#c",
                    "//evil.example",
                    "the-code",
                    "another",
                    "api",
                    "spa api",
                    "urn:acr:silver",
                    "urn:acr:gold urn:acr:silver",
                    "openid email",
                    "none",
                    "S256",
                    "plain",
                    "RS256",
                    "ES256",
                    "ES384",
                    "EdDSA",
                    "Ed25519",
                    "HS256",
                    "PS256",
                    "RSA",
                    "EC",
                    "OKP",
                    "oct",
                    "P-256",
                    "sig",
                    "enc",
                    "verify",
                    "sign",
                    "JWT",
                    "at+jwt",
                    "Bearer",
                    "DPoP",
                    "id",
                    "access",
                    "cognito",
                    "standard",
                    "popup",
                    "access_denied",
                    "invalid_grant",
                    "application/json",
                    "application/jwk-set+json; charset=utf-8",
                    "text/html",
                    "3600",
                    "key-1",
                    "",
                ];
                known[usize::from(*number) % known.len()].to_owned()
            }
        }
    }
}

/// A JSON value of the kinds that members have.
#[derive(Arbitrary, Debug)]
pub(crate) enum Json {
    Text(Text),
    Null,
    Bool(bool),
    /// So many seconds from now.
    Time(i16),
    Number(i64),
    Fraction(f64),
    Texts(Vec<Text>),
    Members(Vec<(Name, Text)>),
}

impl Json {
    pub(crate) fn read(&self, honest: &Honest) -> Value {
        match self {
            Self::Text(text) => text.read(honest).into(),
            Self::Null => Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Time(seconds) => NOW_SECONDS.saturating_add_signed((*seconds).into()).into(),
            Self::Number(number) => (*number).into(),
            Self::Fraction(number) => (*number).into(),
            Self::Texts(texts) => texts.iter().map(|text| text.read(honest)).collect(),
            Self::Members(members) => members
                .iter()
                .map(|(name, text)| (name.of(ENDPOINTS).to_owned(), text.read(honest)))
                .collect(),
        }
    }
}

/// What the changes may refer to.
#[derive(Default)]
pub(crate) struct Honest {
    pub(crate) issuer: String,
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) other_state: String,
    pub(crate) other_nonce: String,
    pub(crate) at_hash: String,
}

pub(crate) const OPTIONS: &[&str] = &[
    "issuer",
    "endpoints",
    "clientId",
    "redirectUri",
    "postLogoutRedirectUri",
    "scope",
    "clockToleranceSeconds",
    "trustedAudiences",
    "provider",
    "dpop",
    "dangerouslyAllowInsecureRequests",
    "clientSecret",
];
pub(crate) const ENDPOINTS: &[&str] =
    &["issuer", "authorization", "token", "jwks", "userinfo", "revocation", "endSession"];
pub(crate) const SIGN_IN_OPTIONS: &[&str] = &[
    "returnTo",
    "page",
    "loginHint",
    "prompt",
    "acrValues",
    "maxAge",
    "resource",
    "delivery",
    "extra",
];
pub(crate) const METADATA: &[&str] = &[
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "revocation_endpoint",
    "pushed_authorization_request_endpoint",
    "require_pushed_authorization_requests",
    "code_challenge_methods_supported",
    "id_token_signing_alg_values_supported",
    "authorization_response_iss_parameter_supported",
];
pub(crate) const CALLBACK: &[&str] = &[
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "access_token",
    "id_token",
    "refresh_token",
    "x",
];
pub(crate) const TOKENS: &[&str] = &[
    "access_token",
    "id_token",
    "refresh_token",
    "token_type",
    "expires_in",
    "scope",
    "error",
    "error_description",
];
pub(crate) const HEADER: &[&str] = &["alg", "kid", "typ", "crit", "b64", "jku", "jwk", "x5u"];
pub(crate) const CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "azp",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "acr",
    "auth_time",
    "at_hash",
    "token_use",
    "__proto__",
];
pub(crate) const KEY: &[&str] =
    &["kty", "crv", "n", "e", "x", "y", "d", "k", "use", "key_ops", "alg", "kid"];

/// The changes that concern one of the answers, applied to an honest one.
pub(crate) fn change(
    mut members: Value,
    changes: &[Change],
    honest: &Honest,
    which: impl Fn(&Change) -> Option<(&'static str, Option<&Json>)>,
) -> Value {
    let object = members.as_object_mut().expect("an object");
    for (name, value) in changes.iter().filter_map(which) {
        match value {
            Some(value) => drop(object.insert(name.into(), value.read(honest))),
            None => drop(object.remove(name)),
        }
    }
    members
}

/// The key set that the provider publishes.
pub(crate) fn key_set(changes: &[Change], signer: u8, honest: &Honest) -> Vec<u8> {
    let mut own = Signer::of(signer).jwk();
    own["kid"] = "key-1".into();
    let own = change(own, changes, honest, |change| match change {
        Change::Key(name, value) => Some((name.of(KEY), Some(value))),
        Change::KeyGone(name) => Some((name.of(KEY), None)),
        _ => None,
    });
    let mut keys = vec![own];
    let mut body = None;
    for change in changes {
        match change {
            Change::KeyOf(number) => keys.push(Signer::of(*number).jwk()),
            Change::NoKeys => keys.clear(),
            Change::KeySetBody(bytes) => body = Some(bytes.clone()),
            _ => {}
        }
    }
    body.unwrap_or_else(|| json!({ "keys": keys }).to_string().into_bytes())
}

/// The ID token, signed by the provider's own key or by another.
pub(crate) fn id_token(claims: Value, own: u8, changes: &[Change], honest: &Honest) -> String {
    let other = changes.iter().rev().find_map(|change| match change {
        Change::Signer(number) => Some(*number),
        _ => None,
    });
    let signer = Signer::of(other.unwrap_or(own));
    let claims = change(claims, changes, honest, |change| match change {
        Change::Claim(name, value) => Some((name.of(CLAIMS), Some(value))),
        Change::ClaimGone(name) => Some((name.of(CLAIMS), None)),
        _ => None,
    });
    let header = change(json!({ "alg": signer.alg() }), changes, honest, |change| match change {
        Change::Header(name, value) => Some((name.of(HEADER), Some(value))),
        _ => None,
    });
    let mut token = signer.sign(header.to_string().as_bytes(), claims.to_string().as_bytes());
    for change in changes {
        match change {
            Change::IdTokenByte(at, byte) if byte.is_ascii() => {
                let at = usize::from(*at) % token.len();
                token.replace_range(at..=at, &char::from(*byte).to_string());
            }
            Change::IdTokenSignature(signature) => {
                let end = token.rfind('.').map_or(token.len(), |dot| dot + 1);
                token.replace_range(end.., signature);
            }
            _ => {}
        }
    }
    token
}

/// The callback's query, as pairs.
pub(crate) fn callback(changes: &[Change], honest: &Honest) -> Vec<(String, String)> {
    let mut pairs = vec![
        ("code".to_owned(), "the-code".to_owned()),
        ("state".to_owned(), honest.state.clone()),
    ];
    for change in changes {
        match change {
            Change::Callback(name, text) => {
                pairs.retain(|(other, _)| other != name.of(CALLBACK));
                pairs.push((name.of(CALLBACK).into(), text.read(honest)));
            }
            Change::CallbackMore(name, text) => {
                pairs.push((name.of(CALLBACK).into(), text.read(honest)));
            }
            Change::CallbackGone(name) => pairs.retain(|(other, _)| other != name.of(CALLBACK)),
            _ => {}
        }
    }
    pairs
}
