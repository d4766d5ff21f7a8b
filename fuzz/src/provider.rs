//! An honest world: one client, one provider, and what each says to the other.

use oauth2::url::form_urlencoded;
use pkce_wasm::{
    authorization::{self, SignIn},
    callback::Callback,
    code_exchange::CodeExchange,
    config::Config,
    discovery,
    http::Response,
    metadata::Metadata,
    pkce::Entropy,
    session::Session,
    time::Timestamp,
    transaction::Transaction,
    unverified::{Unverified, Verdict},
};
use serde_json::{Map, Value, json};

use crate::keys::{Signer, verifies};

pub(crate) const NOW_SECONDS: u64 = 1_800_000_000;
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(NOW_SECONDS);
pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const COGNITO_ISSUER: &str =
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE";
pub(crate) const CLIENT_ID: &str = "spa";
pub(crate) const REDIRECT_URI: &str = "https://app.example/callback";
pub(crate) const SUBJECT: &str = "alice";

/// The options of `createClient`.
pub(crate) fn options(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "clientId": CLIENT_ID,
        "redirectUri": REDIRECT_URI,
        "postLogoutRedirectUri": "https://app.example/",
    })
}

/// The metadata document of either kind of provider.
pub(crate) fn document(issuer: &str) -> Value {
    let at = |path: &str| format!("https://login.example{path}");
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"),
        "userinfo_endpoint": at("/userinfo"),
        "pushed_authorization_request_endpoint": at("/par"),
        "revocation_endpoint": at("/revoke"),
        "end_session_endpoint": at("/logout"),
        "code_challenge_methods_supported": ["S256"],
    })
}

pub(crate) fn claims(issuer: &str, nonce: &str) -> Value {
    json!({
        "iss": issuer,
        "sub": SUBJECT,
        "aud": CLIENT_ID,
        "exp": NOW_SECONDS + 3600,
        "iat": NOW_SECONDS,
        "auth_time": NOW_SECONDS,
        "nonce": nonce,
        "token_use": "id",
    })
}

pub(crate) fn tokens(id_token: &str) -> Value {
    json!({
        "access_token": "the-access-token",
        "id_token": id_token,
        "refresh_token": "the-refresh-token",
        "token_type": "Bearer",
        "expires_in": 3600,
    })
}

pub(crate) fn answer(status: u16, body: &[u8]) -> Response {
    Response {
        status,
        content_type: Some("application/json".into()),
        body: body.to_vec(),
        ..Response::default()
    }
}

/// The fuzzer's own random numbers: different for each seed, and the same each time.
pub(crate) fn entropy(seed: u8) -> Entropy {
    Entropy { state: [seed; 32], nonce: [seed ^ 0x55; 32], code_verifier: [seed ^ 0xaa; 32] }
}

pub(crate) fn config() -> Config {
    Config::parse(options(ISSUER).to_string().as_bytes()).expect("good options")
}

pub(crate) fn metadata(config: &Config) -> Metadata {
    let document = document(config.issuer.as_str()).to_string();
    discovery::finish(&answer(200, document.as_bytes()), config).expect("good metadata")
}

/// A sign-in that has begun: the URL that the browser goes to, and what is kept.
pub(crate) fn begin(config: &Config) -> (String, Transaction) {
    let metadata = metadata(config);
    authorization::begin(config, &metadata, SignIn::default(), &entropy(1), NOW)
        .expect("good options")
}

/// A code on its way, and the nonce of its sign-in.
pub(crate) fn exchange(config: &Config) -> (CodeExchange, String) {
    let (url, transaction) = begin(config);
    let nonce = parameter(&url, "nonce").expect("a nonce");
    let callback = format!("{REDIRECT_URI}?code=the-code&state={}", transaction.state());
    let callback = Callback::parse(&callback, config).expect("an answer").expect("ours");
    (CodeExchange::begin(transaction, callback, config, NOW).expect("a code"), nonce)
}

/// Somebody who has signed in.
pub(crate) fn session(config: &Config) -> Session {
    let signer = Signer::of(0);
    let (exchange, nonce) = exchange(config);
    let id_token = id_token(signer, &claims(config.issuer.as_str(), &nonce));
    let body = tokens(&id_token).to_string();
    let unverified = exchange.finish(answer(200, body.as_bytes()), NOW).expect("tokens");
    unverified.verify_with(Verdict::Valid, NOW).expect("a session")
}

pub(crate) fn id_token(signer: &Signer, claims: &Value) -> String {
    let header = json!({ "alg": signer.alg() });
    signer.sign(header.to_string().as_bytes(), claims.to_string().as_bytes())
}

/// What the browser does: tries each candidate key.
pub(crate) fn verdict(
    unverified: &Unverified,
    candidates: &[pkce_wasm::jwks::PublicKey],
) -> Verdict {
    let alg = unverified.algorithm().name();
    let (message, signature) = (unverified.signing_input(), unverified.signature());
    let is_signer = |jwk: &Value| verifies(alg, jwk, message, signature);
    let jwks = candidates.iter().map(|key| json_of(key.to_jwk().as_bytes()).expect("a JWK"));
    if jwks.into_iter().any(|jwk| is_signer(&jwk)) { Verdict::Valid } else { Verdict::Invalid }
}

/// The document, read by another parser than the core's.
pub(crate) fn json_of(document: &[u8]) -> Option<Value> {
    serde_json::from_slice(document).ok()
}

pub(crate) fn object_of(document: &[u8]) -> Option<Map<String, Value>> {
    match json_of(document)? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

/// Every value of a parameter of a URL's query or of a form, read by another parser.
pub(crate) fn parameters(url_or_form: &str, name: &str) -> Vec<String> {
    let form = url_or_form.split('#').next().unwrap_or_default();
    let form = form.split_once('?').map_or(form, |(_, query)| query);
    let pairs = form_urlencoded::parse(form.as_bytes()).into_owned();
    pairs.filter(|(key, _)| key == name).map(|(_, value)| value).collect()
}

/// The value of a parameter that is there once.
pub(crate) fn parameter(url_or_form: &str, name: &str) -> Option<String> {
    let mut values = parameters(url_or_form, name);
    let value = values.pop();
    value.filter(|_| values.is_empty())
}
