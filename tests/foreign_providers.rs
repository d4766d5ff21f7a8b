//! What providers that others wrote have answered (`npm run interop -- --record`): the core takes it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "test helpers"
)]

mod common;

use std::{fs, path::Path};

use common::{
    config, entropy, json_answer,
    keys::{Signer, key_set, verify},
    parse_sign_in, values, with,
};
use oauth2::url::form_urlencoded::Serializer;
use pkce_wasm::{
    authorization,
    callback::Callback,
    code_exchange::CodeExchange,
    config::Config,
    discovery,
    error::{Code, Result},
    http::Response,
    jwks::KeySet,
    refresh::{Refresh, Renewal},
    session::Session,
    time::Timestamp,
    unverified::Unverified,
    userinfo,
};
use serde_json::{Value, json};

/// What was recorded of one provider, in the place of which the test signs.
struct Recording {
    seen: Value,
    signer: Signer,
}

impl Recording {
    fn of(text: &str) -> Self {
        let seen: Value = serde_json::from_str(text).unwrap();
        let alg = match seen["tokens"]["id_token"]["header"]["alg"].as_str().unwrap() {
            "RS256" => "RS256",
            "ES256" => "ES256",
            "EdDSA" => "EdDSA",
            other => panic!("no provider so far has signed with {other}"),
        };
        Self { seen, signer: Signer::new(alg) }
    }

    fn at(&self, name: &str) -> Timestamp {
        Timestamp::from_seconds(self.seen[name].as_u64().unwrap())
    }

    /// The provider's key set, with our key in the place of the one that has signed.
    fn keys(&self) -> KeySet {
        let keys = self.seen["keys"]["keys"].as_array().unwrap();
        let with_ours = |key: &Value| {
            if key["signs"] == true { with(key.clone(), self.signer.jwk()) } else { key.clone() }
        };
        key_set(&keys.iter().map(with_ours).collect::<Vec<_>>())
    }

    fn has_nonce(&self, name: &str) -> bool {
        self.seen[name]["id_token"]["claims"].get("nonce").is_some()
    }

    /// A token response, with its ID token signed; without a nonce, it has none.
    fn tokens(&self, name: &str, nonce: Option<&str>) -> Response {
        let tokens = self.seen[name].clone();
        let Some(id_token) = tokens.get("id_token") else { return json_answer(200, &tokens) };
        let mut claims = id_token["claims"].clone();
        if let Some(nonce) = nonce {
            claims["nonce"] = json!(nonce);
        }
        let signed = self.signer.sign_with_header(&id_token["header"], &claims);
        json_answer(200, &with(tokens, json!({ "id_token": signed })))
    }

    fn verified(&self, unverified: Unverified, now: Timestamp) -> Result<Session> {
        let verdict = verify(&unverified, &self.keys());
        unverified.verify_with(verdict, now)
    }

    /// Signs in, with an ID token that has the nonce or lacks it. Gives that nonce, too.
    fn sign_in(&self, config: &Config, has_nonce: bool) -> (String, Result<Session>) {
        let metadata = config.metadata.clone().unwrap_or_else(|| {
            let document = json_answer(200, &self.seen["metadata"]);
            discovery::finish(&document, config).expect("metadata")
        });
        let mut sign_in = parse_sign_in(&self.seen["signIn"], config).expect("good options");
        if self.seen["options"]["dpop"] == true {
            sign_in.proof_key = Some("a-thumbprint".into());
        }
        let signed_in_at = self.at("signedInAt");
        let (url, transaction) =
            authorization::begin(config, &metadata, sign_in, &entropy(1), signed_in_at)
                .expect("a request");
        let nonce = values(&url, "nonce").pop().expect("a nonce");

        let mut query = Serializer::new(String::new());
        query.append_pair("state", transaction.state()).append_pair("code", "the-code");
        for (name, value) in self.seen["callback"].as_object().unwrap() {
            query.append_pair(name, value.as_str().unwrap());
        }
        let answered = format!("{}?{}", config.redirect_uri.as_str(), query.finish());
        let callback = Callback::parse(&answered, config).expect("a response").expect("ours");
        let exchange = CodeExchange::begin(transaction, callback, config, signed_in_at)
            .unwrap_or_else(|_| panic!("the callback is refused"));
        let tokens = self.tokens("tokens", has_nonce.then_some(nonce.as_str()));
        let unverified = exchange.finish(tokens, signed_in_at).unwrap();
        let session = self.verified(unverified, signed_in_at);
        (nonce, session)
    }

    /// Signs in, asks who it is, and refreshes where there is a refresh token.
    fn play(&self) {
        let config = config(&self.seen["options"]);
        // Moto's has none: the provider that it stands for is told one, and so has it.
        if !self.has_nonce("tokens") {
            let (_, refused) = self.sign_in(&config, false);
            assert_eq!(refused.expect_err("no session").code(), Code::IdTokenNonce);
        }
        let (nonce, session) = self.sign_in(&config, true);
        let session = session.expect("a session");
        assert_eq!(session.subject(), self.seen["tokens"]["id_token"]["claims"]["sub"]);

        if let Some(claims) = self.seen.get("userInfo") {
            assert!(userinfo::finish(&json_answer(200, claims), &session).is_ok());
        }

        assert_eq!(session.refresh_token().is_some(), self.seen.get("refreshed").is_some());
        let Some(refresh) = Refresh::begin(session.clone(), &config) else { return };
        let refreshed_at = self.at("refreshedAt");
        let has_nonce = self.has_nonce("refreshed");
        let answer = self.tokens("refreshed", has_nonce.then_some(nonce.as_str()));
        let next = match refresh.finish(&answer, refreshed_at).expect("tokens").tokens {
            Renewal::Verified(session) => *session,
            Renewal::Unverified(unverified) => {
                self.verified(*unverified, refreshed_at).expect("a session")
            }
        };
        assert_eq!(next.subject(), session.subject());
    }
}

#[test]
fn the_core_takes_what_each_recorded_provider_answers() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/foreign");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut count = 0;
    for file in files {
        eprintln!("{}", file.display());
        Recording::of(&fs::read_to_string(file).unwrap()).play();
        count += 1;
    }
    assert!(count >= 8, "there should be more than {count} recordings");
}
