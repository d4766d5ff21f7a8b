//! A signed-in user's session, as it is kept in the browser's storage.

use alloc::string::String;

use oauth2::{AccessToken, ClientId, RefreshToken};
use serde::Serialize;

use crate::{
    base64url,
    config::Config,
    error::{Code, Error},
    http::TokenType,
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

/// The least time from one renewal to the next, whatever the answers say.
const APART_MILLIS: u64 = 3_000;

/// How long an access token is good for of which nobody has ever said it: as long as the shortest that
/// Cognito gives out.
const UNSAID_LIFETIME_MILLIS: u64 = 5 * 60 * 1000;

/// What a record mostly has beside access and ID token.
const REST_BYTES: usize = 4 * 1024;

/// A time that nobody has said, or not yet.
const UNKNOWN: Timestamp = Timestamp::from_millis(0);

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
    /// How the access token is used. Tokens may be bound to a key, and this one not: RFC 9449 §5.
    token_type: TokenType,
    access_token: AccessToken,
    id_token: Secret,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<RefreshToken>,
    /// Whether a refresh has brought another refresh token; unknown until one was answered.
    refresh_token_rotates: Option<bool>,
    /// What a later ID token may repeat: OpenID Connect Core §12.2.
    nonce: Secret,
    /// When the user authenticated, as the first ID token that said so has it.
    auth_time: Option<u64>,
    /// How often it was written: of two records of one session, the higher is the newer.
    generation: u64,
    /// When the latest tokens came, by this device's clock, as are all times here.
    obtained_at: Timestamp,
    /// When the access token expires; the ID token's time stands in where that is not said.
    expires_at: Timestamp,
    id_token_expires_at: Timestamp,
    /// Whether the latest refresh has brought an ID token.
    id_token_renewed: bool,
    /// When the first of the two that can be replaced is due to be.
    refresh_at: Timestamp,
    provider: Provider,
    /// Where to refresh, revoke and sign out, without asking again.
    metadata: Metadata,
}

impl Session {
    /// The session that these tokens would make, once their ID token is verified, and that one.
    pub(crate) fn begin(
        transaction: Transaction,
        tokens: Tokens,
        sent_at: Timestamp,
    ) -> (Self, Option<Secret>) {
        let mut session = Self {
            record: RECORD,
            // It was public in URLs, is used up, and is no other sign-in's.
            id: transaction.state.expose().into(),
            issuer: transaction.metadata.issuer.clone(),
            client_id: transaction.client_id,
            subject: String::new(),
            scope: transaction.scope,
            resource: transaction.resource,
            proof_key: transaction.proof_key,
            token_type: tokens.token_type,
            access_token: AccessToken::new(String::new()),
            id_token: Secret::new(String::new()),
            refresh_token: tokens.refresh_token.clone(),
            refresh_token_rotates: None,
            nonce: transaction.nonce,
            auth_time: None,
            generation: 0,
            obtained_at: sent_at,
            expires_at: UNKNOWN,
            id_token_expires_at: UNKNOWN,
            id_token_renewed: true,
            refresh_at: UNKNOWN,
            provider: transaction.provider,
            metadata: transaction.metadata,
        };
        let id_token = session.take_tokens(tokens, sent_at);
        (session, id_token)
    }

    /// Takes the tokens of a response: its refresh token is there already, and its ID token is given back,
    /// for it has yet to be verified.
    ///
    /// RFC 6749 §5.1: without a scope it is the one asked for. Without a lifetime the access token's end
    /// is the ID token's, or else it lives as long as the one before.
    pub(crate) fn take_tokens(&mut self, tokens: Tokens, sent_at: Timestamp) -> Option<Secret> {
        self.expires_at = match (tokens.expires_in, &tokens.id_token) {
            (Some(seconds), _) => sent_at.plus_seconds(seconds),
            (None, Some(_)) => UNKNOWN,
            (None, None) => sent_at.plus_millis(self.lifetime_millis()),
        };
        self.obtained_at = sent_at;
        self.token_type = tokens.token_type;
        self.access_token = tokens.access_token;
        if let Some(scope) = tokens.scope {
            self.scope = scope;
        }
        tokens.id_token
    }

    /// Its tokens were asked for at that time.
    pub(crate) fn set_sent_at(&mut self, sent_at: Timestamp) {
        if self.expires_at != UNKNOWN {
            let life = self.expires_at.millis_since(self.obtained_at);
            self.expires_at = sent_at.plus_millis(life);
        }
        self.obtained_at = sent_at;
    }

    /// How long the access token was good for from when it was asked for. Records of former versions do not
    /// say.
    fn lifetime_millis(&self) -> u64 {
        match self.expires_at.millis_since(self.obtained_at) {
            millis if millis > 0 && self.obtained_at != UNKNOWN => millis,
            _ => UNSAID_LIFETIME_MILLIS,
        }
    }

    /// Takes the refresh token that a refresh brought. RFC 6749 §6: without one, the old one stays.
    pub(crate) fn take_refresh_token(&mut self, refresh_token: Option<RefreshToken>) {
        let former = self.refresh_token.as_ref().map(RefreshToken::secret);
        let is_another = refresh_token.as_ref().is_some_and(|token| former != Some(token.secret()));
        self.refresh_token_rotates = Some(is_another || self.refresh_token_rotates == Some(true));
        if refresh_token.is_some() {
            self.refresh_token = refresh_token;
        }
    }

    /// It will be written in the place of the one before.
    pub(crate) fn count(&mut self) {
        self.generation = self.generation.saturating_add(1);
    }

    /// Takes its ID token, verified.
    ///
    /// An ID token that was over, by this device's clock, before it was asked for was let pass by the
    /// tolerance: the provider's clock and this one differ, and if a third was asked, it did not help. How
    /// much is left of the token cannot be told then but by its life, of which a token that was just given
    /// out has used up nothing. Taken at its word, it would have to be replaced at once, by another such.
    /// Nor does it last longer than its life by a clock that is behind.
    pub(crate) fn identify(&mut self, id_token: Secret, identity: Identity) {
        let used_up = self.obtained_at.plus_millis(identity.lifetime_millis);
        let was_over = identity.expires_at <= self.obtained_at;
        self.id_token_expires_at = match was_over {
            true => used_up,
            false => identity.expires_at.min(used_up),
        };
        self.id_token = id_token;
        self.id_token_renewed = true;
        self.subject = identity.subject;
        // The refreshed one's may be another, and is not what the user signed in with.
        self.auth_time = self.auth_time.or(identity.auth_time);
        if self.expires_at == UNKNOWN {
            self.expires_at = self.id_token_expires_at;
        }
        let end = self.expires_at.min(self.id_token_expires_at);
        self.set_refresh_at(end);
    }

    /// Keeps its former ID token. That one cannot be renewed, so that only the access token says when to
    /// refresh.
    pub(crate) fn keep_identity(&mut self) {
        self.id_token_renewed = false;
        self.set_refresh_at(self.expires_at);
    }

    /// Settles when to refresh.
    fn set_refresh_at(&mut self, end: Timestamp) {
        let life = end.millis_since(self.obtained_at);
        let used = life.saturating_sub(AHEAD_MILLIS.min(life / 4));
        self.refresh_at = self.obtained_at.plus_millis(used.max(APART_MILLIS));
    }

    /// Reads the record of this client's session; anything else is as good as none. A text that is given
    /// away, which may be long, is gone once it is read.
    pub fn read(text: impl AsRef<str>, config: &Config) -> Option<Self> {
        let mut record = Value::parse(text.as_ref().as_bytes()).ok()?;
        drop(text);
        if !record.has("record", RECORD) {
            return None;
        }
        let metadata = Metadata::read(record.member_mut("metadata")?).ok()?;
        let provider = Provider::from_name(record.text("provider")?)?;
        let mut fields = Fields::of(&mut record);
        let proof_key = fields.optional_text("proof_key");
        let token_type = match fields.optional_text("token_type") {
            Some(name) => TokenType::from_name(&name).filter(|kind| kind.as_str() == name)?,
            // Of a version in which tokens were all bound or not at all.
            None if proof_key.is_some() => TokenType::Dpop,
            None => TokenType::Bearer,
        };
        let session = Self {
            record: RECORD,
            id: fields.text("id"),
            client_id: ClientId::new(fields.text("client_id")),
            issuer: fields.uri("issuer"),
            subject: fields.text("subject"),
            scope: fields.text("scope"),
            resource: fields.optional_text("resource").unwrap_or_default(),
            proof_key,
            token_type,
            access_token: AccessToken::new(fields.text("access_token")),
            id_token: Secret::new(fields.text("id_token")),
            refresh_token: fields.optional_text("refresh_token").map(RefreshToken::new),
            refresh_token_rotates: fields.optional_flag("refresh_token_rotates"),
            nonce: Secret::new(fields.text("nonce")),
            auth_time: fields.optional_number("auth_time"),
            generation: fields.number("generation"),
            obtained_at: Timestamp::from_millis(
                fields.optional_number("obtained_at").unwrap_or_default(),
            ),
            expires_at: fields.time("expires_at"),
            id_token_expires_at: fields.time("id_token_expires_at"),
            id_token_renewed: fields.optional_flag("id_token_renewed").unwrap_or(true),
            refresh_at: fields.time("refresh_at"),
            provider,
            metadata,
        };
        let is_ours = config.is_of(&session.client_id, session.issuer.as_str());
        // A page without the core shows the claims: what has none is no session there either.
        let payload = session.id_token.expose().split('.').nth(1).and_then(base64url::decode)?;
        let has_claims = matches!(Value::parse(&payload), Ok(Value::Object(_)));
        fields.whole(session).filter(|_| is_ours && has_claims)
    }

    /// The record for the storage. It holds the tokens.
    pub fn to_record(&self) -> String {
        let tokens = [self.access_token.secret(), self.id_token.expose()];
        json::write_long(self, tokens.map(str::len).iter().sum::<usize>() + REST_BYTES)
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

    /// Whose session it is: RFC 6749 §2.2.
    pub fn client_id(&self) -> &ClientId {
        &self.client_id
    }

    /// How often it was written: of two records of one session, the higher is the newer. A refresh writes
    /// it twice.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// When the latest tokens were asked for, by this device's clock.
    pub fn obtained_at(&self) -> Timestamp {
        self.obtained_at
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

    /// How the access token is used.
    pub fn token_type(&self) -> TokenType {
        self.token_type
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

    /// The ID token alone.
    #[cfg(target_arch = "wasm32")]
    pub(crate) fn into_id_token(self) -> Secret {
        self.id_token
    }

    /// Whether the latest refresh has brought an ID token; a new session has one.
    pub fn id_token_renewed(&self) -> bool {
        self.id_token_renewed
    }

    /// Whether a refresh has brought another refresh token; `None` until one was answered.
    pub fn refresh_token_rotates(&self) -> Option<bool> {
        self.refresh_token_rotates
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
