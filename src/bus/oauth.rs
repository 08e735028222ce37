//! Tokens for SASL OAUTHBEARER. Who gets them (from a file, from an endpoint) is another room's matter; the clients ask here.

use rdkafka::client::OAuthToken;
use std::error::Error;
use std::sync::{Arc, OnceLock};

/// A token as the broker wants it.
#[derive(Clone)]
pub struct Token {
    pub value: String,
    pub principal: String,
    /// Milliseconds since 1970-01-01 UTC.
    pub expires_at: i64,
}

/// Gives tokens. Calls may block for a few seconds; errors name what is wrong and hold no secret.
pub trait TokenSource: Send + Sync {
    fn token(&self) -> Result<Token, String>;
}

/// One for the process: every client of it is the same user.
static SOURCE: OnceLock<Arc<dyn TokenSource>> = OnceLock::new();

/// From now on clients with `sasl.mechanism=OAUTHBEARER` get their tokens here. The first source stays.
pub fn provide(source: Arc<dyn TokenSource>) {
    let _ = SOURCE.set(source);
}

/// The answer to a client that wants a token. It asks again, in good time before this one expires.
pub(super) fn generate() -> Result<OAuthToken, Box<dyn Error>> {
    let source = SOURCE.get().ok_or("no tokens are configured: set oauth.token_file or oauth.token_endpoint")?;
    let token = source.token()?;
    Ok(OAuthToken { token: token.value, principal_name: token.principal, lifetime_ms: token.expires_at })
}
