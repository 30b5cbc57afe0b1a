//! AWS Signature Version 4.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use crate::model::{ErrorClass, ProviderConfig, ProviderError};
use crate::provider::HttpCall;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use std::time::SystemTime;

/// Hosts of the service, before the region.
const HOSTS: [&str; 2] = ["bedrock-runtime.", "bedrock-runtime-fips."];

/// The headers of a signed request: `authorization`, `x-amz-date` and for temporary keys `x-amz-security-token`.
pub(super) fn headers(
    config: &ProviderConfig,
    key: &str,
    url: &str,
    call: &HttpCall,
    now: SystemTime,
) -> Result<Vec<(&'static str, String)>, ProviderError> {
    let Some(credentials) = credentials(key) else {
        // A key without a colon is a bearer token and signs nothing.
        return Ok(Vec::new());
    };
    let region = config
        .region
        .as_deref()
        .or_else(|| region_of(url))
        .ok_or_else(|| failed("no region is set: write `region: us-east-1` into the provider file"))?;
    let identity = credentials.into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("bedrock")
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| failed(&error.to_string()))?
        .into();
    let json = ("content-type", "application/json");
    let headers = call.headers.iter().map(|(name, value)| (*name, value.as_str()));
    let request = SignableRequest::new(
        "POST",
        url,
        headers.chain(std::iter::once(json)),
        SignableBody::Bytes(&call.body),
    );
    let signed = request
        .and_then(|request| sign(request, &params))
        .map_err(|error| failed(&error.to_string()))?;
    let (instructions, _) = signed.into_parts();
    let (headers, _) = instructions.into_parts();
    Ok(headers
        .iter()
        .map(|header| (header.name(), header.value().to_owned()))
        .collect())
}

/// `ACCESS_KEY_ID:SECRET_ACCESS_KEY` with an optional `:SESSION_TOKEN`; `None` for a key of another form.
fn credentials(key: &str) -> Option<Credentials> {
    let mut parts = key.trim().splitn(3, ':');
    let (id, secret) = (parts.next()?, parts.next()?);
    let token = parts.next().filter(|token| !token.is_empty()).map(str::to_owned);
    Some(Credentials::new(id, secret, token, None, "bench"))
}

/// The region in the host's name.
fn region_of(url: &str) -> Option<&str> {
    let host = url.split("://").nth(1)?.split(['/', ':', '?']).next()?;
    let rest = HOSTS.iter().find_map(|prefix| host.strip_prefix(prefix))?;
    rest.split('.').next().filter(|region| !region.is_empty())
}

fn failed(why: &str) -> ProviderError {
    ProviderError::new(ErrorClass::Auth, format!("the request cannot be signed: {why}"))
}
