//! A signed-in user's session, as it is kept in the browser's storage.

use alloc::string::String;

use oauth2::{AccessToken, ClientId, RefreshToken};
use serde::Serialize;

use crate::{
    config::Config,
    error::{Code, Error},
    id_token::Identity,
    json::{self, Fields, Value},
    metadata::Metadata,
    provider::Provider,
    secret::Secret,
    time::Timestamp,
    token_response::Tokens,
    transaction::Transaction,
    uri::Uri,
};

const RECORD: &str = "session/1";

/// The longest that a token is replaced ahead of its end.
const AHEAD_MILLIS: u64 = 30_000;

/// Tokens whose ID token passed every check. Only [`Unverified`](crate::unverified::Unverified) makes
/// one from an answer.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    /// Kind and version, so that no other record can stand in for this one.
    record: &'static str,
    /// Which sign-in it came from: two records with one `id` are copies or successors.
    id: String,
    client_id: ClientId,
    issuer: Uri,
    subject: String,
    scope: String,
    /// Which APIs the access token is for: RFC 8707.
    resource: String,
    /// The thumbprint of the key that the tokens are bound to: RFC 9449.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof_key: Option<String>,
    access_token: AccessToken,
    id_token: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<RefreshToken>,
    /// What a later ID token may repeat: OpenID Connect Core §12.2.
    nonce: Secret,
    auth_time: Option<u64>,
    /// How often it was refreshed: of two records of one session, the higher is the newer.
    generation: u64,
    /// When the access token expires; the ID token's time stands in where that is not said.
    expires_at: Timestamp,
    id_token_expires_at: Timestamp,
    /// When the first of the two is due to be replaced.
    refresh_at: Timestamp,
    provider: Provider,
    /// Where to refresh, revoke and sign out, without asking again.
    metadata: Metadata,
}

impl Session {
    /// The session that these tokens would make, once their ID token is verified.
    pub(crate) fn begin(transaction: Transaction, tokens: Tokens, now: Timestamp) -> Self {
        let unknown = Timestamp::from_millis(0);
        let session = Self {
            record: RECORD,
            // It was public in URLs, is used up, and is no other sign-in's.
            id: transaction.state.expose().into(),
            issuer: transaction.metadata.issuer.clone(),
            client_id: transaction.client_id,
            subject: String::new(),
            scope: transaction.scope,
            resource: transaction.resource,
            proof_key: transaction.proof_key,
            access_token: AccessToken::new(String::new()),
            id_token: Secret::new(String::new()),
            refresh_token: None,
            nonce: transaction.nonce,
            auth_time: None,
            generation: 0,
            expires_at: unknown,
            id_token_expires_at: unknown,
            refresh_at: now,
            provider: transaction.provider,
            metadata: transaction.metadata,
        };
        session.with_tokens(tokens, now)
    }

    /// The same session with what a token response brought.
    ///
    /// RFC 6749 §5.1: without a scope it is the one asked for. §6: without a refresh token the old
    /// one stays.
    pub(crate) fn with_tokens(mut self, tokens: Tokens, now: Timestamp) -> Self {
        self.access_token = tokens.access_token;
        self.scope = tokens.scope.unwrap_or(self.scope);
        self.refresh_token = tokens.refresh_token.or(self.refresh_token);
        self.expires_at = match tokens.expires_in {
            Some(seconds) => now.plus_seconds(seconds),
            None => Timestamp::from_millis(0),
        };
        self.refresh_at = now;
        self
    }

    /// The same session with another refresh token, where one came.
    pub(crate) fn with_refresh_token(mut self, refresh_token: Option<RefreshToken>) -> Self {
        self.refresh_token = refresh_token.or(self.refresh_token);
        self
    }

    /// The session that a refresh makes of this one.
    pub(crate) fn next_generation(mut self) -> Self {
        self.generation = self.generation.saturating_add(1);
        self
    }

    /// The session, its ID token verified.
    pub(crate) fn identified(mut self, id_token: Secret, identity: Identity) -> Self {
        self.id_token = id_token;
        self.subject = identity.subject;
        self.auth_time = identity.auth_time.or(self.auth_time);
        self.id_token_expires_at = identity.expires_at;
        if self.expires_at == Timestamp::from_millis(0) {
            self.expires_at = identity.expires_at;
        }
        let end = self.expires_at.min(identity.expires_at);
        self.timed(end)
    }

    /// The session, its former ID token kept. That one cannot be renewed, so that only the access
    /// token says when to refresh.
    pub(crate) fn unchanged_identity(self) -> Self {
        let end = self.expires_at;
        self.timed(end)
    }

    /// Settles when to refresh. Until then `refresh_at` is the time of the token response.
    fn timed(mut self, end: Timestamp) -> Self {
        let obtained_at = self.refresh_at.as_millis();
        let first = end.as_millis();
        let ahead = AHEAD_MILLIS.min(first.saturating_sub(obtained_at) / 4);
        self.refresh_at = Timestamp::from_millis(first.saturating_sub(ahead));
        self
    }

    /// Reads the record of this client's session; anything else is as good as none.
    pub fn read(record: &str, config: &Config) -> Option<Self> {
        let record = Value::parse(record.as_bytes()).ok()?;
        if record.text("record")? != RECORD {
            return None;
        }
        let metadata = Metadata::read(record.member("metadata")?)?;
        let provider = Provider::from_name(record.text("provider")?)?;
        let mut fields = Fields::of(&record);
        let session = Self {
            record: RECORD,
            id: fields.text("id"),
            client_id: ClientId::new(fields.text("client_id")),
            issuer: fields.uri("issuer"),
            subject: fields.text("subject"),
            scope: fields.text("scope"),
            resource: fields.optional_text("resource").unwrap_or_default(),
            proof_key: fields.optional_text("proof_key"),
            access_token: AccessToken::new(fields.text("access_token")),
            id_token: Secret::new(fields.text("id_token")),
            refresh_token: fields.optional_text("refresh_token").map(RefreshToken::new),
            nonce: Secret::new(fields.text("nonce")),
            auth_time: fields.optional_number("auth_time"),
            generation: fields.number("generation"),
            expires_at: fields.time("expires_at"),
            id_token_expires_at: fields.time("id_token_expires_at"),
            refresh_at: fields.time("refresh_at"),
            provider,
            metadata,
        };
        let is_ours = session.client_id == config.client_id && session.issuer == config.issuer;
        fields.whole(session).filter(|_| is_ours)
    }

    /// The record for the storage. It holds the tokens.
    pub fn to_record(&self) -> String {
        json::write(self)
    }

    /// Whom the ID token is about: OpenID Connect Core §2.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Which sign-in it came from: copies and successors of one record have one `id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn nonce(&self) -> &Secret {
        &self.nonce
    }

    pub(crate) fn auth_time(&self) -> Option<u64> {
        self.auth_time
    }

    /// Whose session it is: RFC 6749 §2.2.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// How often it was refreshed: of two records of one session, the higher is the newer.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// When its tokens are due to be replaced, ahead of their end.
    pub fn refresh_at(&self) -> Timestamp {
        self.refresh_at
    }

    /// The granted scopes, with spaces between them: RFC 6749 §3.3.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// Which APIs the access token is for, with spaces between them: RFC 8707 §2.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The thumbprint of the key that the tokens are bound to, if they are: RFC 9449 §6.
    pub fn proof_key(&self) -> Option<&str> {
        self.proof_key.as_deref()
    }

    /// When the access token expires.
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// When the ID token expires.
    pub fn id_token_expires_at(&self) -> Timestamp {
        self.id_token_expires_at
    }

    /// The access token: RFC 6749 §1.4.
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// The ID token, verified.
    pub fn id_token(&self) -> &Secret {
        &self.id_token
    }

    /// The refresh token: RFC 6749 §1.5.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    /// The family of the provider that it is from.
    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// The endpoints of the provider that it is from.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}

/// The error when nobody is signed in, or the session cannot be prolonged.
pub fn login_required() -> Error {
    Error::new(Code::LoginRequired, "Nobody is signed in, or the session has run out: sign in.")
}
