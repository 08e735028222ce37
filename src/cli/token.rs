//! Tokens for OAUTHBEARER: from a file that something else renews, or from an OAuth 2.0 token endpoint (RFC 6749, client credentials).

use super::StartError;
use super::https::Https;
use crate::bus::oauth::{Token, TokenSource, provide};
use crate::config::Settings;
use crate::config::settings::{OAuth, Secret, TokenFrom};
use base64::Engine;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A request; the client waits for it.
const REQUEST: Duration = Duration::from_secs(5);
/// A token is renewed when this part of its life is left.
const LEFT: f64 = 0.3;
/// Of a token whose end nobody can read.
const UNKNOWN_LIFE_MS: i64 = 5 * 60_000;
const LONGEST_ANSWER: u64 = 1 << 20;

/// Lets the clients have tokens, when the configuration says where from.
pub fn install(settings: &Settings) -> Result<(), StartError> {
    let Some(OAuth { from, principal }) = settings.oauth.clone() else { return Ok(()) };
    let from = match from {
        TokenFrom::File(path) => From::File(path),
        TokenFrom::Endpoint { url, client_id, client_secret, scope } => {
            From::Endpoint { https: Https::new(settings, REQUEST)?, url, client_id, client_secret, scope }
        }
    };
    provide(Arc::new(Source { from, principal, last: Mutex::default() }));
    Ok(())
}

enum From {
    File(PathBuf),
    Endpoint { https: Https, url: String, client_id: String, client_secret: Secret, scope: Option<String> },
}

struct Source {
    from: From,
    principal: Option<String>,
    /// The last token and when it was got.
    last: Mutex<Option<(Token, i64)>>,
}

impl TokenSource for Source {
    fn token(&self) -> Result<Token, String> {
        let now = jiff::Timestamp::now().as_millisecond();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some((token, got)), From::Endpoint { .. }) = (&*last, &self.from)
            && ((token.expires_at - now) as f64) > LEFT * (token.expires_at - got) as f64
        {
            return Ok(token.clone());
        }
        let (value, life) = match &self.from {
            From::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|e| format!("oauth.token_file {}: {e}", path.display()))?;
                (text.trim().to_owned(), None)
            }
            From::Endpoint { https, url, client_id, client_secret, scope } => https
                .agent()
                .and_then(|agent| ask(&agent, url, client_id, &client_secret.current(), scope.as_deref()))
                .map_err(|e| format!("oauth.token_endpoint {url}: {e}"))?,
        };
        if value.is_empty() {
            return Err("the token is empty".into());
        }
        let claims = claims(&value);
        let number = |name: &str| claims.as_ref().and_then(|c| c.get(name)?.as_f64());
        let expires_at =
            life.map(|s| now + s * 1000).or_else(|| number("exp").map(|s| (s * 1000.0) as i64)).unwrap_or(now + UNKNOWN_LIFE_MS);
        if expires_at <= now {
            return Err(format!("the token has expired at {}", jiff::Timestamp::from_millisecond(expires_at).unwrap_or_default()));
        }
        let subject = || claims.as_ref().and_then(|c| c.get("sub")?.as_str().map(str::to_owned));
        let principal = self.principal.clone().or_else(subject).unwrap_or_else(|| "feedmill".into());
        let token = Token { value, principal, expires_at };
        *last = Some((token.clone(), now));
        Ok(token)
    }
}

/// Token and its life in seconds.
fn ask(agent: &ureq::Agent, url: &str, id: &str, secret: &str, scope: Option<&str>) -> Result<(String, Option<i64>), String> {
    let basic = base64::prelude::BASE64_STANDARD.encode(format!("{id}:{secret}"));
    let mut form = vec![("grant_type", "client_credentials")];
    form.extend(scope.map(|s| ("scope", s)));
    let mut response = agent.post(url).header("authorization", format!("Basic {basic}")).send_form(form).map_err(|e| e.to_string())?;
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(LONGEST_ANSWER).read_to_string().map_err(|e| e.to_string())?;
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    if status != 200 {
        // RFC 6749, section 5.2: `invalid_client` is a wrong id or secret. The rest of the answer may hold anything.
        let error: String = answer.get("error").and_then(|e| e.as_str()).unwrap_or("no reason given").chars().take(60).collect();
        return Err(format!("status {status} ({error}): check oauth.client_id, oauth.client_secret and oauth.scope"));
    }
    let token = answer.get("access_token").and_then(|t| t.as_str()).ok_or("an answer without access_token")?;
    Ok((token.to_owned(), answer.get("expires_in").and_then(serde_json::Value::as_i64)))
}

/// What a JWT says of itself. It is the broker that verifies it.
fn claims(token: &str) -> Option<serde_json::Value> {
    let part = token.split('.').nth(1)?;
    let bytes = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}
