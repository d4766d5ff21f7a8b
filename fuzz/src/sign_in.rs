//! A whole sign-in through the core's public interface, in which the fuzzer changes what it likes:
//! there is no session unless everything that was asked for, sent and answered says so.

use arbitrary::{Arbitrary, Unstructured};
use pkce_wasm::{
    authorization::{self, SignIn},
    callback::Callback,
    code_exchange::CodeExchange,
    config::{Config, Dpop},
    discovery,
    error::Error,
    form,
    http::{Response, TokenType},
    jwks::KeySet,
    provider::Provider,
    refresh::{Refresh, Renewal},
    session::Session,
    time::{ClockOffset, Timestamp},
    transaction::{Stored, Transaction},
    unverified::{Unverified, Verdict},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    answers::{assert_metadata, assert_signed},
    claims::{Expected, assert_acceptable},
    keys::encode,
    provider,
    provider::{CLIENT_ID, COGNITO_ISSUER, ISSUER, NOW, json_of, parameter, parameters},
    script::{self, Change, Honest, METADATA, OPTIONS, SIGN_IN_OPTIONS, Script, TOKENS, change},
};

pub(crate) fn sign_in(input: &[u8]) {
    let _ = outcome(input);
}

/// What became of the sign-in: the code of the first refusal, or what it was that succeeded.
pub fn outcome(input: &[u8]) -> &'static str {
    let Ok(script) = Script::arbitrary_take_rest(Unstructured::new(input)) else {
        return "no_script";
    };
    let code = |error: Error| error.code().as_str();
    let mut run = match Run::begin(&script) {
        Ok(run) => run,
        Err(error) => return code(error),
    };
    let session = match run.finish(&script.changes) {
        Ok(Some(session)) => session,
        Ok(None) => return "not_ours",
        Err(error) => return code(error),
    };
    let Some(changes) = &script.refresh else { return "session" };
    match run.refresh(session, changes) {
        Ok(Some(_)) => "refreshed",
        Ok(None) => "no_refresh_token",
        Err(error) => code(error),
    }
}

/// A sign-in that has begun, and what a second reading of it has to be held against.
struct Run {
    options: Value,
    config: Config,
    honest: Honest,
    /// Who signs unless the fuzzer has another do it.
    signer: u8,
    /// Where the browser was sent, and what was kept.
    begun: [(String, Transaction); 2],
    now: Timestamp,
    offset_millis: i64,
    /// What the last ID token was that was taken.
    former: Option<Value>,
}

impl Run {
    fn begin(script: &Script) -> Result<Self, Error> {
        let changes = &script.changes;
        let [first, second] = [1, 2].map(provider::entropy);
        let honest = Honest {
            issuer: if script.is_cognito { COGNITO_ISSUER } else { ISSUER }.into(),
            state: encode(&first.state),
            nonce: encode(&first.nonce),
            other_state: encode(&second.state),
            other_nonce: encode(&second.nonce),
            at_hash: encode(&Sha256::digest("the-access-token")[..16]),
        };
        let options = change(provider::options(&honest.issuer), changes, &honest, |change| {
            let Change::Option(name, value) = change else { return None };
            Some((name.of(OPTIONS), Some(value)))
        });
        let config = Config::parse(options.to_string().as_bytes())?;
        let document = change(provider::document(&honest.issuer), changes, &honest, |change| {
            let Change::Metadata(name, value) = change else { return None };
            Some((name.of(METADATA), Some(value)))
        });
        let metadata = match &config.metadata {
            Some(metadata) => metadata.clone(),
            None => {
                let answer = provider::answer(200, document.to_string().as_bytes());
                let metadata = discovery::finish(&answer, &config)?;
                assert_eq!(document["issuer"], metadata.issuer.as_str());
                if !config.dangerously_allow_insecure_requests {
                    assert_metadata(&metadata, &with_endpoints(document.clone(), &options));
                }
                metadata
            }
        };
        assert_eq!(metadata.issuer, config.issuer);
        let asked = change(json!({}), changes, &honest, |change| {
            let Change::SignInOption(name, value) = change else { return None };
            Some((name.of(SIGN_IN_OPTIONS), Some(value)))
        });
        let mut sign_in = SignIn::parse(asked.to_string().as_bytes(), &config)?;
        sign_in.proof_key = (config.dpop != Dpop::Off).then(|| encode(&[3; 32]));
        let begin =
            |entropy| authorization::begin(&config, &metadata, sign_in.clone(), entropy, NOW);
        let begun = [begin(&first)?, begin(&second)?];
        let (seconds, offset_millis) = times(changes);
        let signer = if config.provider == Provider::Cognito { 2 } else { 0 };
        let now = NOW.plus_seconds(seconds);
        Ok(Self { options, config, honest, signer, begun, now, offset_millis, former: None })
    }

    /// From the callback to the session; none where the callback is left alone.
    fn finish(&mut self, changes: &[Change]) -> Result<Option<Session>, Error> {
        let url = self.callback_url(changes);
        let has = |wanted: fn(&Change) -> bool| changes.iter().any(wanted);
        let config = self.config_of(has(|change| matches!(change, Change::OtherClient)));
        let Some(callback) = Callback::parse(&url, &config)? else { return Ok(None) };
        let is_other = has(|change| matches!(change, Change::OtherTransaction));
        let (sent_to, transaction) = &self.begun[usize::from(is_other)];
        let record = transaction.to_record();
        let Some(Stored::Pending(transaction)) = Stored::read(&record, &config) else {
            return Ok(None);
        };
        let exchange = CodeExchange::begin(*transaction, callback, &config, self.now)
            .map_err(|refused| refused.error)?;
        assert_eq!(config.client_id, self.config.client_id, "another client took it");
        assert_callback(&url, sent_to, &self.config);
        assert!(self.now <= NOW.plus_seconds(3600), "the sign-in took too long");
        let form = exchange.request().form.expect("a form");
        assert_token_request(&form, &url, sent_to);

        let sent_to = sent_to.clone();
        let response = self.token_response(changes);
        let unverified = exchange.finish(&response, self.now)?;
        let (session, id_token) = self.verify(unverified, &response, changes)?;
        let claims = self.assert_id_token(&id_token, &session, changes, Some(&sent_to));
        self.former = Some(claims);
        Ok(Some(session))
    }

    /// From a session to the next; none where it has no refresh token.
    fn refresh(&self, session: Session, changes: &[Change]) -> Result<Option<Session>, Error> {
        let Some(refresh) = Refresh::begin(session.clone(), &self.config) else { return Ok(None) };
        let response = self.token_response(changes);
        let refreshed = refresh.finish(&response, self.now)?;
        assert_eq!(refreshed.interim.access_token().secret(), session.access_token().secret());
        let next = match refreshed.tokens {
            Renewal::Verified(next) => {
                assert_eq!(next.id_token(), session.id_token());
                *next
            }
            Renewal::Unverified(unverified) => {
                let (next, id_token) = self.verify(*unverified, &response, changes)?;
                self.assert_id_token(&id_token, &next, changes, None);
                next
            }
        };
        assert_eq!(next.subject(), session.subject());
        assert_eq!(next.id(), session.id());
        assert_eq!(next.generation(), session.generation() + 2);
        assert!(next.refresh_at() >= self.now.plus_seconds(3));
        Ok(Some(next))
    }

    /// Verifies as the browser does. Gives the ID token that was in the response as well.
    fn verify(
        &self,
        unverified: Unverified,
        response: &Response,
        changes: &[Change],
    ) -> Result<(Session, String), Error> {
        let key_set = script::key_set(changes, self.signer, &self.honest);
        let candidates = KeySet::finish(&provider::answer(200, &key_set))
            .map(|key_set| unverified.candidates(&key_set))?;
        if candidates.is_empty() {
            return Err(unverified.unknown_key());
        }
        let verdict: Verdict = provider::verdict(&unverified, &candidates);
        let now = NOW.as_millis().saturating_add_signed(self.offset_millis);
        let offset = ClockOffset::between(NOW, Timestamp::from_millis(now));
        let unverified = unverified.with_clock_offset(offset.unwrap_or_default());
        let session = unverified.verify_with(verdict, self.now)?;

        assert_eq!(response.status, 200);
        let content_type = response.content_type.as_deref().unwrap_or_default();
        assert!(content_type.to_ascii_lowercase().contains("json"), "{content_type}");
        let document = json_of(&response.body).expect("JSON");
        let kinds: &[TokenType] = match self.config.dpop {
            Dpop::Off => &[TokenType::Bearer],
            Dpop::RefreshToken => &[TokenType::Bearer, TokenType::Dpop],
            Dpop::Tokens => &[TokenType::Dpop],
        };
        let kind = session.token_type();
        assert!(kinds.contains(&kind));
        let is_kind = |found: &str| found.eq_ignore_ascii_case(kind.as_str());
        assert!(document["token_type"].as_str().is_some_and(is_kind));
        assert_eq!(document["access_token"], *session.access_token().secret());
        let id_token = document["id_token"].as_str().expect("an ID token").to_owned();
        assert_eq!(session.id_token().expose(), id_token);
        Ok((session, id_token))
    }

    /// Reads an ID token that was taken a second time. `sent_to` is where the browser was sent, and
    /// none after a refresh.
    fn assert_id_token(
        &self,
        id_token: &str,
        session: &Session,
        changes: &[Change],
        sent_to: Option<&str>,
    ) -> Value {
        let key_set = script::key_set(changes, self.signer, &self.honest);
        let (alg, claims) = assert_signed(id_token, &key_set);
        let is_cognito = self.config.provider == Provider::Cognito;
        assert!(!is_cognito || alg == "RS256", "{alg}");
        let announced = &session.metadata().id_token_signing_alg_values_supported;
        let is_edwards = |name: &str| matches!(name, "EdDSA" | "Ed25519");
        let is_alg = |name: &String| *name == alg || (is_edwards(name) && is_edwards(&alg));
        assert!(announced.as_ref().is_none_or(|names| names.iter().any(is_alg)), "{alg}");

        let asked = |name: &str| sent_to.and_then(|url| parameter(url, name));
        let tolerance = &self.options["clockToleranceSeconds"];
        let former = self.former.as_ref();
        let offset = if self.offset_millis.abs() > 86_400_000 { 0 } else { self.offset_millis };
        let now = self.now.as_millis().saturating_add_signed(offset);
        let nonce = asked("nonce").or(former.and_then(|claims| text(claims, "nonce")));
        assert_acceptable(
            &claims,
            &Expected {
                issuer: self.config.issuer.as_str(),
                client_id: self.config.client_id.as_str(),
                trusted_audiences: self.config.trusted_audiences.clone(),
                tolerance_seconds: tolerance.as_f64().map_or(60, |seconds| seconds as u64),
                now_seconds: now as f64 / 1000.0,
                nonce: &nonce.expect("a nonce"),
                nonce_may_be_missing: sent_to.is_none(),
                subject: former.and_then(|claims| claims["sub"].as_str()),
                acr_values: &asked("acr_values").unwrap_or_default(),
                max_age: asked("max_age").map(|seconds| seconds.parse().expect("seconds")),
                access_token: session.access_token().secret(),
                alg: &alg,
                has_token_use: is_cognito,
            },
        );
        assert_eq!(claims["sub"], session.subject());
        claims
    }

    fn config_of(&self, is_other: bool) -> Config {
        let mut options = self.options.clone();
        if is_other {
            options["clientId"] = "another".into();
        }
        Config::parse(options.to_string().as_bytes()).expect("good options")
    }

    fn callback_url(&self, changes: &[Change]) -> String {
        let mut location = self.config.redirect_uri.as_str().to_owned();
        let mut fragment = String::new();
        for change in changes {
            match change {
                Change::CallbackElsewhere(text) => location = text.read(&self.honest),
                Change::CallbackFragment(text) => fragment = format!("#{text}"),
                _ => {}
            }
        }
        let pairs = script::callback(changes, &self.honest);
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        let separator = if location.contains('?') { '&' } else { '?' };
        format!("{location}{separator}{}{fragment}", form::write(&pairs))
    }

    fn token_response(&self, changes: &[Change]) -> Response {
        let claims = provider::claims(self.config.issuer.as_str(), &self.honest.nonce);
        let id_token = script::id_token(claims, self.signer, changes, &self.honest);
        let mut tokens = provider::tokens(&id_token);
        if self.config.dpop == Dpop::Tokens {
            tokens["token_type"] = "DPoP".into();
        }
        let tokens = change(tokens, changes, &self.honest, |change| {
            let Change::Token(name, value) = change else { return None };
            Some((name.of(TOKENS), Some(value)))
        });
        let mut response = provider::answer(200, tokens.to_string().as_bytes());
        for change in changes {
            match change {
                Change::Status(status) => response.status = *status,
                Change::ContentType(text) => response.content_type = Some(text.read(&self.honest)),
                Change::TokenBody(body) => response.body = body.clone(),
                _ => {}
            }
        }
        response
    }
}

/// How many seconds the user took, and by how many milliseconds the device's clock is off.
fn times(changes: &[Change]) -> (u64, i64) {
    changes.iter().fold((0, 0), |(seconds, offset), change| match change {
        Change::Seconds(more) => (seconds + u64::from(*more), offset),
        Change::ClockOffset(millis) => (seconds, i64::from(*millis)),
        _ => (seconds, offset),
    })
}

fn text(claims: &Value, name: &str) -> Option<String> {
    claims[name].as_str().map(str::to_owned)
}

/// RFC 6749 §4.1.2 and RFC 9207 §2.4: one code for this sign-in, at the redirect URI, from the
/// issuer.
/// The metadata document with the endpoints that the options name in the place of its own.
fn with_endpoints(mut document: Value, options: &Value) -> Value {
    for (name, member) in [
        ("authorization", "authorization_endpoint"),
        ("token", "token_endpoint"),
        ("jwks", "jwks_uri"),
        ("userinfo", "userinfo_endpoint"),
        ("revocation", "revocation_endpoint"),
        ("endSession", "end_session_endpoint"),
    ] {
        if let endpoint @ Value::String(_) = &options["endpoints"][name] {
            document[member] = endpoint.clone();
        }
    }
    document
}

fn assert_callback(url: &str, sent_to: &str, config: &Config) {
    let redirect_uri = config.redirect_uri.without_query();
    let location = url.split(['?', '#']).next().unwrap_or_default();
    let is_there = location.trim_end_matches('/') == redirect_uri.trim_end_matches('/');
    assert!(is_there, "{location}");
    let state = parameter(sent_to, "state").expect("a state");
    assert_eq!(parameters(url, "state"), [state]);
    assert_eq!(parameters(url, "code").len(), 1);
    // RFC 6749 §3.1: what has no value counts as omitted.
    assert!(parameters(url, "error").iter().all(String::is_empty));
    let iss = parameters(url, "iss");
    assert!(iss.iter().all(|iss| iss.is_empty() || *iss == config.issuer.as_str()), "{iss:?}");
    for token in ["access_token", "id_token", "refresh_token"] {
        assert!(parameters(url, token).is_empty(), "{token}");
    }
}

/// RFC 7636 §4.5 and §4.6: the code goes with the verifier of the challenge that was sent.
fn assert_token_request(form: &str, callback: &str, sent_to: &str) {
    let verifier = parameter(form, "code_verifier").expect("a code_verifier");
    let challenge = encode(&Sha256::digest(verifier));
    assert_eq!(parameters(sent_to, "code_challenge"), [challenge]);
    assert_eq!(parameters(sent_to, "code_challenge_method"), ["S256"]);
    assert_eq!(parameters(form, "code"), parameters(callback, "code"));
    assert_eq!(parameters(form, "redirect_uri"), parameters(sent_to, "redirect_uri"));
    assert_eq!(parameters(form, "client_id"), parameters(sent_to, "client_id"));
    assert!(parameters(form, "client_secret").is_empty());
    assert!(!form.contains("client_assertion"), "{CLIENT_ID} is a public client");
}
