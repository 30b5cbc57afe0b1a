//! Sending, for every protocol alike: one attempt, with its time, its limits and its errors.

mod address;
mod client;
mod provider;
mod response;
mod secrets;
mod transport;

#[cfg(test)]
mod tests;

pub use client::shared_client;
pub use provider::HttpProvider;
