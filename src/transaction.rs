//! A pending sign-in: what is kept, keyed by its `state`, until the provider's answer is back.

use alloc::string::String;

use oauth2::{ClientId, PkceCodeVerifier};
use serde::Serialize;

use crate::{
    config::Config,
    json::{self, Fields, Value},
    metadata::Metadata,
    provider::Provider,
    secret::Secret,
    time::Timestamp,
    uri::Uri,
};

/// How long the user may take at the provider. Cognito's own pages give up after five minutes,
/// other providers leave theirs open for longer.
pub const LIFETIME_SECONDS: u64 = 60 * 60;

pub(crate) const PENDING: &str = "transaction/1";
const ANSWERED: &str = "answered/1";

/// One pending sign-in. One callback answers it, and the code exchange consumes both.
#[derive(Debug, Serialize)]
pub struct Transaction {
    /// Kind and version, so that no other record can stand in for this one.
    pub(crate) record: &'static str,
    pub(crate) client_id: ClientId,
    pub(crate) provider: Provider,
    pub(crate) metadata: Metadata,
    pub(crate) redirect_uri: Uri,
    pub(crate) state: Secret,
    pub(crate) nonce: Secret,
    pub(crate) code_verifier: PkceCodeVerifier,
    pub(crate) scope: String,
    pub(crate) resource: String,
    /// The thumbprint of the key that the code is bound to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proof_key: Option<String>,
    pub(crate) return_to: Option<String>,
    /// What the application wants to have back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) app_state: Option<String>,
    pub(crate) acr_values: String,
    pub(crate) max_age: Option<u64>,
    pub(crate) expires_at: Timestamp,
}

/// What is left of a transaction that was answered: enough to know a repeated callback.
#[derive(Debug, Serialize)]
struct Answered<'a> {
    record: &'static str,
    client_id: &'a str,
    issuer: &'a Uri,
    return_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_state: Option<&'a str>,
    expires_at: Timestamp,
}

/// What the storage holds under a `state`.
#[derive(Debug)]
pub enum Stored {
    /// A sign-in that waits for its answer.
    Pending(Box<Transaction>),
    /// A sign-in of another client on this origin, pending or not, which is left to it.
    Foreign,
    /// A sign-in that has had it, and where it led to.
    Answered {
        /// The path that the user came back to.
        return_to: Option<String>,
        /// What the application wanted to have back, as JSON.
        app_state: Option<String>,
    },
}

impl Transaction {
    fn read(record: &mut Value) -> Option<Self> {
        let metadata = Metadata::read(record.member_mut("metadata")?).ok()?;
        let provider = Provider::from_name(record.text("provider")?)?;
        let mut fields = Fields::of(record);
        let transaction = Self {
            record: PENDING,
            client_id: ClientId::new(fields.text("client_id")),
            provider,
            metadata,
            redirect_uri: fields.uri("redirect_uri"),
            state: Secret::new(fields.text("state")),
            nonce: Secret::new(fields.text("nonce")),
            code_verifier: PkceCodeVerifier::new(fields.text("code_verifier")),
            scope: fields.text("scope"),
            resource: fields.optional_text("resource").unwrap_or_default(),
            proof_key: fields.optional_text("proof_key"),
            return_to: fields.optional_path("return_to"),
            app_state: fields.optional_text("app_state"),
            acr_values: fields.text("acr_values"),
            max_age: fields.optional_number("max_age"),
            expires_at: fields.time("expires_at"),
        };
        fields.whole(transaction)
    }

    /// The key to keep it under: the request's `state`.
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    /// The record for the storage. It holds the code verifier.
    pub fn to_record(&self) -> String {
        json::write(self)
    }

    /// The record that takes this one's place before the code is exchanged.
    pub fn to_answered_record(&self) -> String {
        json::write(&Answered {
            record: ANSWERED,
            client_id: self.client_id.as_str(),
            issuer: &self.metadata.issuer,
            return_to: self.return_to.as_deref(),
            app_state: self.app_state.as_deref(),
            expires_at: self.expires_at,
        })
    }

    /// The thumbprint of the key that its tokens are to be bound to: RFC 9449 §10.
    pub fn proof_key(&self) -> Option<&str> {
        self.proof_key.as_deref()
    }

    /// Whether this client began it, at this issuer: RFC 9700 §4.4 (mix-up).
    pub(crate) fn is_of(&self, config: &Config) -> bool {
        config.is_of(&self.client_id, self.metadata.issuer.as_str())
            && self.redirect_uri == config.redirect_uri
    }
}

impl Stored {
    /// Reads a record; anything else than one of ours is as good as none.
    pub fn read(record: &str, config: &Config) -> Option<Self> {
        let mut record = Value::parse(record.as_bytes()).ok()?;
        match record.text("record")? {
            PENDING => {
                let transaction = Transaction::read(&mut record)?;
                Some(if transaction.is_of(config) {
                    Self::Pending(Box::new(transaction))
                } else {
                    Self::Foreign
                })
            }
            ANSWERED => {
                let mut fields = Fields::of(&mut record);
                let (client_id, issuer) = (fields.text("client_id"), fields.text("issuer"));
                let return_to = fields.optional_path("return_to");
                let app_state = fields.optional_text("app_state");
                if config.is_of(&client_id, &issuer) {
                    fields.whole(Self::Answered { return_to, app_state })
                } else {
                    Some(Self::Foreign)
                }
            }
            _ => None,
        }
    }

    /// Whether a record may be cleared away: it has expired, or is none of ours.
    pub fn is_stale(record: &str, now: Timestamp) -> bool {
        let record = Value::parse(record.as_bytes()).ok();
        let expires_at = record
            .and_then(|record| record.member("expires_at")?.as_u64())
            .map(Timestamp::from_millis);
        // Expired ones stay for a while, to be told from unknown ones.
        expires_at.is_none_or(|expires_at| now > expires_at.plus_seconds(LIFETIME_SECONDS))
    }
}
