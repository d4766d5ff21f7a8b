//! The core in a program of its own, for `native.js`: it takes a line of JSON for each visit of a
//! user, says on a line what a browser would be asked to do, and takes the answer from the next.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test program"
)]

use std::{
    collections::BTreeMap,
    io::stdin,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use pkce_wasm::{
    authorization::{self, SignIn},
    callback::Callback,
    code_exchange::{CodeExchange, is_unseen},
    config::Config,
    discovery,
    error::{Code, Error, Result},
    http::{Request, Response},
    jwks::KeySet,
    logout::{Return, SignOut},
    metadata::Metadata,
    pkce::Entropy,
    refresh::{Refresh, Renewal, ends_session},
    revocation,
    session::{self, Session},
    time::Timestamp,
    transaction::Stored,
    unverified::{Unverified, Verdict},
    userinfo,
};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};

const SESSION: &str = "pkce-wasm/session/native";
const LOGOUT: &str = "pkce-wasm/logout/native";

fn main() {
    let mut browser = Browser::default();
    while let Some(visit) = read_line() {
        let mut outcome = browser.visit(&visit);
        outcome["stored"] = json!(browser.stored);
        println!("{}", json!({ "outcome": outcome }));
    }
}

fn read_line() -> Option<Value> {
    let mut line = String::new();
    let length = stdin().read_line(&mut line).expect("a line");
    (length > 0).then(|| serde_json::from_str(&line).expect("JSON"))
}

/// Has something done.
fn ask(what: &Value) -> Value {
    println!("{what}");
    read_line().expect("an answer")
}

fn now() -> Timestamp {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
    Timestamp::from_millis(elapsed.as_millis().try_into().expect("this age"))
}

fn random() -> [u8; 32] {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).expect("entropy");
    bytes
}

/// What lasts from one page to the next.
#[derive(Default)]
struct Browser {
    stored: BTreeMap<String, String>,
}

impl Browser {
    /// Signs in, signs out or opens a callback, and takes steps on the page that it ends on.
    fn visit(&mut self, visit: &Value) -> Value {
        let parse = |options: &Value| Config::parse(options.to_string().as_bytes());
        let refused = |error: Error, at: &str| json!({ "code": error.code().as_str(), "message": error.message(), "at": at });
        let mut outcome = json!({});
        let page = match &visit["callback"] {
            Value::String(url) => url.clone(),
            _ => {
                let (at, left) = match &visit["signOut"] {
                    Value::Null => (
                        "signIn",
                        parse(&visit["options"])
                            .and_then(|config| self.sign_in(&config, &visit["signIn"])),
                    ),
                    _ => (
                        "signOut",
                        parse(&visit["options"]).and_then(|config| self.sign_out(&config)),
                    ),
                };
                match left {
                    Ok(url) => ask(&json!({ "open": url }))["url"].as_str().expect("a URL").into(),
                    Err(error) => return refused(error, at),
                }
            }
        };
        let answered_by = visit.get("answeredBy").unwrap_or(&visit["options"]);
        let config = parse(answered_by).expect("options that were good before");
        for at in visit["steps"].as_array().expect("steps").iter().filter_map(Value::as_str) {
            if at != "start" && self.session(&config).is_none() {
                break;
            }
            let taken = match at {
                "start" => self.start(&config, &page),
                "refresh" => self.refresh(&config),
                _ => self.user_info(&config).map(|claims| outcome["userInfo"] = claims),
            };
            if let Err(error) = taken {
                outcome = refused(error, at);
                break;
            }
        }
        if let Some(session) = self.session(&config) {
            outcome["session"] = json!({
                "sub": session.subject(),
                "accessToken": session.access_token().secret(),
                "idToken": session.id_token().expose(),
            });
        }
        outcome
    }

    fn sign_in(&mut self, config: &Config, options: &Value) -> Result<String> {
        let sign_in = SignIn::parse(options.to_string().as_bytes(), config)?;
        let metadata = metadata(config)?;
        let entropy = Entropy { state: random(), nonce: random(), code_verifier: random() };
        let (url, transaction) = authorization::begin(config, &metadata, sign_in, &entropy, now())?;
        self.stored.insert(transaction_key(transaction.state()), transaction.to_record());
        Ok(url)
    }

    fn sign_out(&mut self, config: &Config) -> Result<String> {
        let sign_out = SignOut::parse(b"{}", config, &random(), now())?;
        let session = self.session(config).expect("somebody who is signed in");
        if let Some(request) = revocation::request(&session) {
            let _ = send(&request);
        }
        self.stored.remove(SESSION);
        let url = sign_out.url(config, session.metadata(), Some(session.id_token()))?;
        self.stored.insert(LOGOUT.into(), sign_out.to_record());
        Ok(url.expect("a logout page"))
    }

    /// What a page does with its own URL when it begins.
    fn start(&mut self, config: &Config, url: &str) -> Result<()> {
        if let Some(record) = self.stored.get(LOGOUT)
            && SignOut::finish(record, url, config, now())? != Return::Waiting
        {
            self.stored.remove(LOGOUT);
        }
        let Some(callback) = Callback::parse(url, config)? else { return Ok(()) };
        let key = transaction_key(callback.state.as_deref().unwrap_or_default());
        let record = self.stored.get(&key).cloned().unwrap_or_default();
        let transaction = match Stored::read(&record, config) {
            Some(Stored::Pending(transaction)) => transaction,
            Some(Stored::Answered { .. } | Stored::Foreign) => return Ok(()),
            None => {
                let error = callback.unknown(config, self.session(config).is_some());
                return error.map_or(Ok(()), Err);
            }
        };
        let answered = transaction.to_answered_record();
        let exchange = match CodeExchange::begin(*transaction, callback, config, now()) {
            Ok(exchange) => exchange,
            Err(refused) => {
                if refused.answered {
                    self.stored.insert(key, answered);
                }
                return Err(refused.error);
            }
        };
        self.stored.insert(key.clone(), answered);
        let mut status = 0;
        let finished = send(&exchange.request()).and_then(|response| {
            status = response.status;
            exchange.finish(&response, now())
        });
        if let Err(error) = &finished
            && is_unseen(error.code(), status)
        {
            self.stored.insert(key, record);
        }
        self.keep(&verified(finished?)?);
        Ok(())
    }

    fn user_info(&self, config: &Config) -> Result<Value> {
        let session = self.session(config).ok_or_else(session::login_required)?;
        let request = userinfo::request(&session).expect("an endpoint");
        let claims = userinfo::finish(&send(&request)?, &session)?;
        Ok(serde_json::from_str(&claims).expect("JSON"))
    }

    fn refresh(&mut self, config: &Config) -> Result<()> {
        let session = self.session(config).ok_or_else(session::login_required)?;
        let refresh = Refresh::begin(session, config).ok_or_else(session::login_required)?;
        let renewed = send(&refresh.request()).and_then(|response| {
            let refreshed = refresh.finish(&response, now())?;
            self.keep(&refreshed.interim);
            match refreshed.tokens {
                Renewal::Verified(session) => Ok(*session),
                Renewal::Unverified(unverified) => verified(*unverified),
            }
        });
        match renewed {
            Ok(session) => self.keep(&session),
            Err(error) => {
                if ends_session(error.code()) {
                    self.stored.remove(SESSION);
                }
                return Err(error);
            }
        }
        Ok(())
    }

    fn keep(&mut self, session: &Session) {
        self.stored.insert(SESSION.into(), session.to_record());
    }

    fn session(&self, config: &Config) -> Option<Session> {
        Session::read(self.stored.get(SESSION)?, config)
    }
}

fn transaction_key(state: &str) -> String {
    format!("pkce-wasm/transaction/{state}")
}

fn metadata(config: &Config) -> Result<Metadata> {
    match &config.metadata {
        Some(metadata) => Ok(metadata.clone()),
        None => discovery::finish(&send(&discovery::request(config)?)?, config),
    }
}

/// Tries the provider's keys, and its present ones when none of them fits.
fn verified(unverified: Unverified) -> Result<Session> {
    let mut candidates = Vec::new();
    for _ in 0..2 {
        let keys = KeySet::finish(&send(&unverified.key_set_request())?)?;
        candidates = unverified.candidates(&keys);
        let jwks: Vec<String> = candidates.iter().map(|key| key.to_jwk()).collect();
        let is_valid = ask(&json!({ "verify": {
            "algorithm": unverified.algorithm().name(),
            "keys": jwks,
            "signature": BASE64_STANDARD.encode(unverified.signature()),
            "signed": BASE64_STANDARD.encode(unverified.signing_input()),
        } }));
        if is_valid["isValid"] == true {
            return unverified.verify_with(Verdict::Valid, now());
        }
    }
    if candidates.is_empty() {
        return Err(unverified.unknown_key());
    }
    unverified.verify_with(Verdict::Invalid, now())
}

fn send(request: &Request) -> Result<Response> {
    let answer = ask(&json!({ "fetch": {
        "url": request.url.as_str(),
        "form": request.form,
        "authorization": request.authorization,
        "limit": pkce_wasm::json::MAX_BYTES,
    } }));
    let Some(status) = answer["status"].as_u64() else {
        return Err(Error::new(Code::Network, "The provider could not be reached."));
    };
    let body = answer["body"].as_str().expect("a body");
    Ok(Response {
        status: status.try_into().expect("a status"),
        content_type: answer["contentType"].as_str().map(str::to_owned),
        body: BASE64_STANDARD.decode(body).expect("base64"),
        ..Response::default()
    })
}
