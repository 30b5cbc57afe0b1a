//! What went wrong on the way, in words that help: the useful cause out of a chain of sources.

use super::super::error::one_line;
use crate::model::{ErrorClass, ProviderError};
use std::error::Error;
use std::io;

/// The error of a request that got no reply, or of a reply that broke off. `host` is named in the message, the rest
/// of the address is not: it may hold secrets.
pub(super) fn failed(error: &reqwest::Error, host: &str) -> ProviderError {
    let causes: Vec<&(dyn Error + 'static)> =
        std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| (*cause).source()).collect();
    let cause = causes
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let kind = causes
        .iter()
        .find_map(|cause| cause.downcast_ref::<io::Error>())
        .map(io::Error::kind);
    let certificate = causes
        .iter()
        .map(ToString::to_string)
        .find(|text| text.contains("certificate"));
    let (class, message) = if error.is_timeout() {
        (ErrorClass::Timeout, format!("no connection to {host} in time"))
    } else if let Some(problem) = certificate {
        (
            ErrorClass::Network,
            format!("the TLS certificate of {host} is not accepted: {problem}"),
        )
    } else if error.is_decode()
        && matches!(
            kind,
            Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput)
        )
    {
        (
            ErrorClass::Malformed,
            format!("the reply of {host} cannot be decompressed: {cause}"),
        )
    } else if error.is_dns() {
        (
            ErrorClass::Network,
            format!("the name {host} cannot be resolved: {cause}"),
        )
    } else if error.is_builder() {
        (
            ErrorClass::BadRequest,
            format!("the request to {host} cannot be built: {cause}"),
        )
    } else {
        (
            ErrorClass::Network,
            format!("{}: {cause}", what_happened(kind, error.is_connect(), host)),
        )
    };
    ProviderError::new(class, one_line(&message))
}

fn what_happened(kind: Option<io::ErrorKind>, connecting: bool, host: &str) -> String {
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => {
            format!("{host} refuses the connection; is the server running?")
        }
        Some(
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe,
        ) => {
            format!("{host} reset the connection")
        }
        _ if connecting => format!("no connection to {host}"),
        _ => format!("the connection to {host} broke off"),
    }
}
