//! Google's Gemini `generateContent`, on the Gemini API and on Vertex AI.
//!
//! The base URL ends before `/models`: `https://generativelanguage.googleapis.com/v1beta` (the default) or
//! `https://LOCATION-aiplatform.googleapis.com/v1/projects/PROJECT/locations/LOCATION/publishers/google`, which takes
//! an OAuth access token (`ya29...`) as its key. System messages become `systemInstruction`, messages of one role in
//! a row one turn with several parts. A blocked prompt is a completion without text that stopped at the content
//! filter. Only the first candidate is kept; code execution, images and server-side tools are not. The newer
//! Interactions API has another shape and is not spoken.

mod calls;
mod decode;
mod encode;
mod error;
mod protocol;
mod stream;
mod wire;

pub use protocol::Gemini;

#[cfg(test)]
mod tests;
