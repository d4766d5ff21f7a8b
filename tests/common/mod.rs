//! An honest world for the tests: a client, a provider, and a sign-in between them that succeeds.
//! Each test changes one thing about it.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "test helpers")]

pub(crate) mod arbitrary;
pub(crate) mod keys;

use std::collections::BTreeMap;

use oauth2::url::form_urlencoded;
use pkce_wasm::{
    authorization::{self, SignIn},
    callback::Callback,
    code_exchange::{CodeExchange, Refused},
    config::Config,
    discovery,
    error::{Code, Error, Result},
    http::Response,
    metadata::Metadata,
    pkce::Entropy,
    session::Session,
    time::Timestamp,
    transaction::Transaction,
    unverified::Unverified,
};
use serde_json::{Value, json};

use keys::Signer;

pub(crate) const NOW_SECONDS: u64 = 1_800_000_000;
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(NOW_SECONDS);

pub(crate) const ISSUER: &str = "https://id.example";
pub(crate) const CLIENT_ID: &str = "spa";
pub(crate) const REDIRECT_URI: &str = "https://app.example/callback";
pub(crate) const COGNITO_ISSUER: &str =
    "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE";
pub(crate) const COGNITO_DOMAIN: &str = "https://mydomain.auth.us-east-1.amazoncognito.com";

/// The options of a client at a standard provider.
pub(crate) fn options() -> Value {
    json!({ "issuer": ISSUER, "clientId": CLIENT_ID, "redirectUri": REDIRECT_URI })
}

/// The options of a client at Cognito.
pub(crate) fn cognito_options() -> Value {
    with(options(), json!({ "issuer": COGNITO_ISSUER }))
}

/// The explicit endpoints of the standard provider.
pub(crate) fn endpoints() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization": "https://id.example/authorize",
        "token": "https://id.example/token",
        "jwks": "https://id.example/jwks",
    })
}

/// What a standard provider says about itself.
pub(crate) fn document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "https://id.example/token",
        "jwks_uri": "https://id.example/jwks",
        "userinfo_endpoint": "https://id.example/userinfo",
        "end_session_endpoint": "https://id.example/logout",
        "code_challenge_methods_supported": ["plain", "S256"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
    })
}

/// What Cognito says about itself, in its own order and with nothing more.
pub(crate) fn cognito_document() -> Value {
    let domain = |path: &str| format!("{COGNITO_DOMAIN}{path}");
    json!({
        "authorization_endpoint": domain("/oauth2/authorize"),
        "end_session_endpoint": domain("/logout"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": COGNITO_ISSUER,
        "jwks_uri": format!("{COGNITO_ISSUER}/.well-known/jwks.json"),
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": domain("/oauth2/revoke"),
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": domain("/oauth2/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": domain("/oauth2/userInfo"),
    })
}

/// The object with these members set.
pub(crate) fn with(mut object: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { return object };
    object.as_object_mut().expect("an object").extend(changes);
    object
}

/// The object without these members.
pub(crate) fn without(mut object: Value, names: &[&str]) -> Value {
    object.as_object_mut().expect("an object").retain(|name, _| !names.contains(&name.as_str()));
    object
}

pub(crate) fn parse_config(options: &Value) -> Result<Config> {
    Config::parse(options.to_string().as_bytes())
}

pub(crate) fn config(options: &Value) -> Config {
    parse_config(options).expect("good options")
}

pub(crate) fn parse_sign_in(options: &Value, config: &Config) -> Result<SignIn> {
    SignIn::parse(options.to_string().as_bytes(), config)
}

/// An answer with a body.
pub(crate) fn answer(status: u16, content_type: &str, body: &[u8]) -> Response {
    Response {
        status,
        content_type: Some(content_type.into()),
        body: body.into(),
        ..Response::default()
    }
}

/// An answer in JSON.
pub(crate) fn json_answer(status: u16, body: &Value) -> Response {
    answer(status, "application/json", body.to_string().as_bytes())
}

/// The answer of a provider, or of what stands before it, that is in trouble.
pub(crate) fn html_answer(status: u16) -> Response {
    answer(status, "text/html; charset=utf-8", b"<!doctype html><title>Oops</title>")
}

/// Different for each seed, and the same each time.
pub(crate) fn entropy(seed: u8) -> Entropy {
    Entropy { state: [seed; 32], nonce: [seed ^ 0x55; 32], code_verifier: [seed ^ 0xaa; 32] }
}

/// The parameters of a form, or of a URL's query; each may be there but once.
pub(crate) fn parameters(form_or_url: &str) -> BTreeMap<String, String> {
    let form = form_or_url.split_once('?').map_or(form_or_url, |(_, query)| query);
    let mut parameters = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(form.as_bytes()).into_owned() {
        let former = parameters.insert(name, value);
        assert_eq!(former, None, "a parameter is there twice in {form}");
    }
    parameters
}

/// Every value of a parameter that may be there more than once.
pub(crate) fn values(form_or_url: &str, name: &str) -> Vec<String> {
    let form = form_or_url.split_once('?').map_or(form_or_url, |(_, query)| query);
    let pairs = form_urlencoded::parse(form.as_bytes()).into_owned();
    pairs.filter(|(key, _)| key == name).map(|(_, value)| value).collect()
}

/// The code of a refusal.
#[track_caller]
pub(crate) fn code<T>(result: Result<T>) -> Code {
    error(result).code()
}

/// The error of a refusal.
#[track_caller]
pub(crate) fn error<T>(result: Result<T>) -> Error {
    result.err().expect("a refusal")
}

/// One client at one provider, and one sign-in of it.
pub(crate) struct World {
    pub(crate) config: Config,
    pub(crate) metadata: Metadata,
    pub(crate) sign_in: SignIn,
    pub(crate) signer: Signer,
}

impl World {
    pub(crate) fn standard() -> Self {
        Self::of(&options(), &document())
    }

    pub(crate) fn cognito() -> Self {
        Self::of(&cognito_options(), &cognito_document())
    }

    pub(crate) fn of(options: &Value, document: &Value) -> Self {
        let config = config(options);
        let metadata = discovery::finish(&json_answer(200, document), &config).expect("metadata");
        Self { config, metadata, sign_in: SignIn::default(), signer: Signer::new("RS256") }
    }

    /// The same world, in which the caller of `signIn` asks for this.
    pub(crate) fn asking(mut self, sign_in: &Value) -> Self {
        self.sign_in = parse_sign_in(sign_in, &self.config).expect("good options");
        self
    }

    /// The same world, in which the provider signs with this.
    pub(crate) fn signed_by(mut self, signer: Signer) -> Self {
        self.signer = signer;
        self
    }

    /// The same world, in which tokens are bound to the key with this thumbprint.
    pub(crate) fn bound_to(mut self, thumbprint: &str) -> Self {
        self.sign_in.proof_key = Some(thumbprint.into());
        self
    }

    /// Begins the sign-in.
    pub(crate) fn begin(&self) -> (String, Transaction) {
        let entropy = entropy(1);
        authorization::begin(&self.config, &self.metadata, self.sign_in.clone(), &entropy, NOW)
            .expect("a request")
    }

    pub(crate) fn transaction(&self) -> Transaction {
        self.begin().1
    }

    pub(crate) fn state(&self) -> String {
        self.transaction().state().to_owned()
    }

    pub(crate) fn nonce(&self) -> String {
        values(&self.begin().0, "nonce").pop().expect("a nonce")
    }

    /// What the callback URL with this query says.
    pub(crate) fn callback(&self, query: &str) -> Result<Option<Callback>> {
        let redirect_uri = self.config.redirect_uri.as_str();
        Callback::parse(&format!("{redirect_uri}?{query}"), &self.config)
    }

    /// Answers the pending sign-in with what follows its `state` in the query.
    pub(crate) fn resume(&self, rest: &str) -> core::result::Result<CodeExchange, Refused> {
        let query = format!("state={}&{rest}", self.state());
        let callback = self.callback(&query).expect("a response").expect("ours");
        CodeExchange::begin(self.transaction(), callback, &self.config, NOW)
    }

    pub(crate) fn exchange(&self) -> CodeExchange {
        self.resume("code=the-code").expect("a code")
    }

    /// The claims of an honest ID token.
    pub(crate) fn claims(&self) -> Value {
        let claims = json!({
            "iss": self.config.issuer.as_str(),
            "sub": "a1b2c3d4-5678-90ab-cdef-1234567890ab",
            "aud": CLIENT_ID,
            "exp": NOW_SECONDS + 3600,
            "iat": NOW_SECONDS,
            "nonce": self.nonce(),
        });
        let is_cognito = self.config.provider.rules().token_use;
        if is_cognito { with(claims, json!({ "token_use": "id" })) } else { claims }
    }

    /// An honest token response with this ID token.
    pub(crate) fn tokens(id_token: &str) -> Value {
        json!({
            "access_token": "the-access-token",
            "id_token": id_token,
            "refresh_token": "the-refresh-token",
            "token_type": "Bearer",
            "expires_in": 3600,
        })
    }

    /// An honest token response about these claims.
    pub(crate) fn token_response(&self, claims: &Value) -> Response {
        let token_type = if self.sign_in.proof_key.is_some() { "DPoP" } else { "Bearer" };
        let tokens = Self::tokens(&self.signer.sign(claims));
        json_answer(200, &with(tokens, json!({ "token_type": token_type })))
    }

    pub(crate) fn unverified(&self, claims: &Value) -> Result<Unverified> {
        self.exchange().finish(self.token_response(claims), NOW)
    }

    /// Verifies with the provider's own key.
    pub(crate) fn verify(&self, unverified: Unverified) -> Result<Session> {
        let verdict = keys::verify(&unverified, &self.signer.key_set());
        unverified.verify_with(verdict, NOW)
    }

    /// Signs in with an ID token of these claims.
    pub(crate) fn sign_in_with(&self, claims: &Value) -> Result<Session> {
        self.verify(self.unverified(claims)?)
    }

    /// Signs in with an ID token whose honest claims are changed like this.
    pub(crate) fn sign_in_changing(&self, changes: Value) -> Result<Session> {
        self.sign_in_with(&with(self.claims(), changes))
    }

    pub(crate) fn session(&self) -> Session {
        self.sign_in_with(&self.claims()).expect("a session")
    }
}
