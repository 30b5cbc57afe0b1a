//! AWS Bedrock's Converse and ConverseStream.
//!
//! The address comes from `region` where no `base_url` is given. The key is either
//! `${AWS_ACCESS_KEY_ID}:${AWS_SECRET_ACCESS_KEY}` (perhaps with `:${AWS_SESSION_TOKEN}` behind), which signs every
//! request, or a Bedrock API key (`${AWS_BEARER_TOKEN_BEDROCK}`), which has no colon and goes out as a bearer token.
//! Streams are AWS event-stream frames. Listing models is a call to another host and not made.

mod decode;
mod encode;
mod error;
mod protocol;
mod sign;
mod stream;
mod wire;

pub use protocol::Bedrock;

#[cfg(test)]
mod tests;
